/* Faults between a program and its files: a library that is loaded before libc (LD_PRELOAD) and stands in the way of
 * every call that changes a file under one folder. Built by the tests with `cc`; shim.rs says what each variable means.
 *
 * Every wrapper does the same: it numbers the operation, asks `before` what is to become of it, makes the system call
 * itself, and writes what was done into the journal, from which a test makes the folder as a power cut would leave it
 * (disk.rs). What a library does by system calls of its own is not seen, as tempfile's renames in the search index; so
 * where a folder is flushed the names in it are written down as they are. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATH_LEN 4096
/* Parts of one gathered write that are looked at; more are handed on unseen by glibc anyway (IOV_MAX is 1024). */
#define PARTS_MAX 1024

enum kind { KIND_NONE, KIND_ENOSPC, KIND_EIO, KIND_SHORT, KIND_LOSE, KIND_DIE, KIND_DIED };
/* What is to be done with one operation. */
enum verdict { DO, FAIL, HALF, LOSE };
/* Records of the journal; disk.rs has the same numbers. */
enum record { R_CREATE = 1, R_TRUNCATE, R_WRITE, R_RENAME, R_UNLINK, R_MKDIR, R_RMDIR, R_FSYNC, R_LINK, R_LIST };

static struct {
    int on;
    char under[PATH_LEN], match[256], classes[32], arm[PATH_LEN];
    size_t under_len;
    int log, journal;
    long at;
    enum kind kind;
    int gone;
} set = {.log = -1, .journal = -1};
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static long seen, counted;
static int broken; /* the fault has come, and the disk stays gone */
static int cut;    /* a write was cut short: the next one fails */
static int dying;  /* after this operation the process ends */

static int raw_open(const char *path, int flags) { return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600); }

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULT_UNDER");
    if (!text || !*text) return;
    snprintf(set.under, sizeof set.under, "%s", text);
    set.under_len = strlen(set.under);
    if ((text = getenv("FAULT_MATCH"))) snprintf(set.match, sizeof set.match, "%s", text);
    if ((text = getenv("FAULT_CLASSES"))) snprintf(set.classes, sizeof set.classes, "%s", text);
    if ((text = getenv("FAULT_ARM"))) snprintf(set.arm, sizeof set.arm, "%s", text);
    if ((text = getenv("FAULT_AT"))) set.at = atol(text);
    set.gone = getenv("FAULT_GONE") != NULL;
    if ((text = getenv("FAULT_KIND"))) {
        static const char *const names[] = {"none", "enospc", "eio", "short", "lose", "die", "died"};
        for (int n = 0; n < 7; n++)
            if (!strcmp(text, names[n])) set.kind = (enum kind)n;
    }
    if ((text = getenv("FAULT_LOG"))) set.log = raw_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
    if ((text = getenv("FAULT_JOURNAL"))) set.journal = raw_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
    set.on = 1;
}

/* The whole path of what a call names; 0 where it does not lie under the folder. */
static int whole(int dir, const char *path, char *out) {
    if (!set.on || !path) return 0;
    if (path[0] == '/') {
        snprintf(out, PATH_LEN, "%s", path);
    } else {
        char link[64], base[PATH_LEN];
        if (dir == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        ssize_t len = readlink(link, base, sizeof base - 1);
        if (len < 0) return 0;
        base[len] = 0;
        if (snprintf(out, PATH_LEN, "%s/%s", base, path) >= PATH_LEN) return 0;
    }
    return !strncmp(out, set.under, set.under_len) && (out[set.under_len] == '/' || !out[set.under_len]);
}

static int whole_fd(int fd, char *out) {
    if (!set.on) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, out, PATH_LEN - 1);
    if (len < 0) return 0;
    out[len] = 0;
    return !strncmp(out, set.under, set.under_len) && (out[set.under_len] == '/' || !out[set.under_len]);
}

static void say(const char *word, char class, const char *path) {
    if (set.log < 0) return;
    char line[PATH_LEN + 64];
    int len = snprintf(line, sizeof line, "%s %ld %c %s\n", word, counted, class, path + set.under_len);
    /* A test that cannot read it fails by itself. */
    if (syscall(SYS_write, set.log, line, (size_t)len) < 0) return;
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static enum verdict failed(int number) {
    errno = number;
    return FAIL;
}

/* Count an operation and judge it. `one` is held until `after`. */
static enum verdict before(char class, const char *path) {
    pthread_mutex_lock(&one);
    if (set.journal >= 0) syscall(SYS_flock, set.journal, LOCK_EX);
    seen++;
    if (set.arm[0] && syscall(SYS_faccessat, AT_FDCWD, set.arm, F_OK) != 0) {
        broken = cut = 0;
        return DO;
    }
    int number = set.kind == KIND_EIO ? EIO : ENOSPC;
    if (broken && class != 'u') return failed(number);
    if (cut && class == 'w') {
        cut = 0;
        return failed(number);
    }
    if (set.classes[0] && !strchr(set.classes, class)) return DO;
    if (set.match[0] && !strstr(path + set.under_len, set.match)) return DO;
    counted++;
    say("op", class, path);
    if (set.kind == KIND_NONE || counted != set.at) return DO;
    say("HIT", class, path);
    broken = set.gone;
    switch (set.kind) {
    case KIND_DIE: die(); break;
    case KIND_DIED: dying = 1; return DO;
    case KIND_LOSE: return LOSE;
    case KIND_SHORT: if (class == 'w') { cut = 1; return HALF; } return failed(ENOSPC);
    default: break;
    }
    return failed(number);
}

static void after(void) {
    if (dying) die();
    int kept = errno;
    if (set.journal >= 0) syscall(SYS_flock, set.journal, LOCK_UN);
    pthread_mutex_unlock(&one);
    errno = kept;
}

static void record(enum record kind, uint64_t inode, uint64_t offset, const char *from, const char *to,
                   const void *data, size_t len) {
    if (set.journal < 0) return;
    struct { uint32_t magic, kind; uint64_t inode, offset, len; uint32_t from, to; } head = {
        0x314a4c46, kind, inode, offset, len, from ? (uint32_t)strlen(from) : 0, to ? (uint32_t)strlen(to) : 0};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)from, head.from}, {(void *)to, head.to}, {(void *)data, len}};
    int kept = errno;
    /* A record that does not fit makes a journal that ends early: disk.rs takes no part of one. */
    if (syscall(SYS_writev, set.journal, parts, 4) < 0) die();
    errno = kept;
}

static uint64_t inode_of(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 ? found.st_ino : 0;
}

/* Opening: counts where it makes or empties a file. */
static int do_open(int dir, const char *path, int flags, mode_t mode) {
    char name[PATH_LEN];
    if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE || !whole(dir, path, name))
        return (int)syscall(SYS_openat, dir, path, flags, mode);
    struct stat found;
    int there = syscall(SYS_newfstatat, AT_FDCWD, name, &found, 0) == 0;
    if (there && !(flags & O_TRUNC)) return (int)syscall(SYS_openat, dir, path, flags, mode);
    enum verdict verdict = before('c', name);
    int fd = -1;
    if (verdict == LOSE) verdict = failed(EIO);
    if (verdict == DO || verdict == HALF) fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    if (fd >= 0) record(there ? R_TRUNCATE : R_CREATE, inode_of(fd), 0, name, NULL, NULL, 0);
    after();
    return fd;
}

#define OPENING(name, dir_arg, dir) \
    int name(dir_arg const char *path, int flags, ...) { \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        return do_open(dir, path, flags, mode); \
    }
#define WITH_DIR int dir,
OPENING(open, , AT_FDCWD)
OPENING(open64, , AT_FDCWD)
OPENING(openat, WITH_DIR, dir)
OPENING(openat64, WITH_DIR, dir)
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* Writing, at a place (offset >= 0) or where the file stands. All forms come to one buffer. */
static ssize_t do_write(int fd, const void *bytes, size_t len, off_t offset) {
    char name[PATH_LEN];
    int ours = len > 0 && whole_fd(fd, name);
    enum verdict verdict = ours ? before('w', name) : DO;
    ssize_t done = -1;
    if (verdict == HALF && len == 1) verdict = failed(ENOSPC);
    size_t most = verdict == HALF ? len / 2 : len;
    if (verdict == LOSE) {
        done = (ssize_t)len;
        if (offset < 0) lseek(fd, done, SEEK_CUR);
    } else if (verdict != FAIL) {
        done = offset < 0 ? syscall(SYS_write, fd, bytes, most) : syscall(SYS_pwrite64, fd, bytes, most, offset);
        if (ours && done > 0) {
            off_t at = offset < 0 ? lseek(fd, 0, SEEK_CUR) - done : offset;
            record(R_WRITE, inode_of(fd), (uint64_t)at, NULL, NULL, bytes, (size_t)done);
        }
    }
    if (ours) after();
    return done;
}

static ssize_t do_writev(int fd, const struct iovec *parts, int count, off_t offset) {
    char name[PATH_LEN];
    if (count < 0 || count > PARTS_MAX || !whole_fd(fd, name))
        return offset < 0 ? syscall(SYS_writev, fd, parts, count)
                          : syscall(SYS_pwritev, fd, parts, count, (long)offset, (long)((uint64_t)offset >> 32 >> 32));
    size_t len = 0, at = 0;
    for (int n = 0; n < count; n++) len += parts[n].iov_len;
    char *all = malloc(len ? len : 1);
    if (!all) { errno = ENOMEM; return -1; }
    for (int n = 0; n < count; at += parts[n].iov_len, n++) memcpy(all + at, parts[n].iov_base, parts[n].iov_len);
    ssize_t done = do_write(fd, all, len, offset);
    int kept = errno;
    free(all);
    errno = kept;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t len) { return do_write(fd, bytes, len, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) { return do_write(fd, bytes, len, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t offset) { return do_write(fd, bytes, len, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return do_writev(fd, parts, count, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return do_writev(fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return do_writev(fd, parts, count, at); }

/* Copying within the kernel is refused, so that it comes here as writes. */
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t len, unsigned flags) {
    char name[PATH_LEN];
    if (whole_fd(out, name)) { errno = ENOSYS; return -1; }
    return syscall(SYS_copy_file_range, in, in_at, out, out_at, len, flags);
}
static ssize_t do_sendfile(int out, int in, off_t *at, size_t len) {
    char name[PATH_LEN];
    if (whole_fd(out, name)) { errno = ENOSYS; return -1; }
    return syscall(SYS_sendfile, out, in, at, len);
}
ssize_t sendfile(int out, int in, off_t *at, size_t len) { return do_sendfile(out, in, at, len); }
ssize_t sendfile64(int out, int in, off_t *at, size_t len) { return do_sendfile(out, in, at, len); }

int ftruncate(int fd, off_t len) {
    char name[PATH_LEN];
    int ours = whole_fd(fd, name), done = -1;
    enum verdict verdict = ours ? before('t', name) : DO;
    if (verdict == LOSE) done = 0;
    else if (verdict != FAIL) done = (int)syscall(SYS_ftruncate, fd, len);
    if (ours && verdict == DO && done == 0) record(R_TRUNCATE, inode_of(fd), (uint64_t)len, name, NULL, NULL, 0);
    if (ours) after();
    return done;
}
int ftruncate64(int fd, off_t len) { return ftruncate(fd, len); }

/* The names in a folder, each with its inode. */
static void list(const char *path) {
    DIR *folder = set.journal < 0 ? NULL : opendir(path);
    if (!folder) return;
    char *all = NULL;
    size_t len = 0;
    FILE *into = open_memstream(&all, &len);
    for (struct dirent *item; into && (item = readdir(folder));)
        if (item->d_type == DT_REG) fprintf(into, "%llu %s\n", (unsigned long long)item->d_ino, item->d_name);
    closedir(folder);
    if (into && fclose(into) == 0) record(R_LIST, 0, 0, path, NULL, all, len);
    free(all);
}

/* Making what was written durable. A range is written out without the file's size and without the disk's cache: the
 * journal does not take it for durable. */
static int do_sync(int fd, long number, int whole_file, off_t at, off_t len, unsigned flags) {
    char name[PATH_LEN];
    int ours = whole_fd(fd, name), done = -1;
    enum verdict verdict = ours ? before('s', name) : DO;
    if (verdict == LOSE) done = 0;
    /* With a journal the test decides what is durable: the real disk need not be waited for. */
    else if (verdict != FAIL) done = ours && set.journal >= 0 ? 0 : (int)syscall(number, fd, at, len, flags);
    struct stat found;
    if (ours && whole_file && fstat(fd, &found) == 0 && S_ISDIR(found.st_mode)) list(name);
    if (ours && whole_file && verdict == DO && done == 0) record(R_FSYNC, inode_of(fd), 0, name, NULL, NULL, 0);
    if (ours) after();
    return done;
}
int fsync(int fd) { return do_sync(fd, SYS_fsync, 1, 0, 0, 0); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync, 1, 0, 0, 0); }
int sync_file_range(int fd, off_t at, off_t len, unsigned flags) {
    return do_sync(fd, SYS_sync_file_range, 0, at, len, flags);
}

/* Names. */
static int do_names(char class, enum record kind, int dir, const char *from, int to_dir, const char *to, long number,
                    unsigned flags) {
    char a[PATH_LEN], b[PATH_LEN] = "";
    int ours = whole(dir, from, a), done = -1;
    if (to && whole(to_dir, to, b) && !ours) ours = 1;
    enum verdict verdict = ours ? before(class, to && b[0] ? b : a) : DO;
    if (verdict == LOSE) done = 0;
    else if (verdict != FAIL)
        done = to ? (int)syscall(number, dir, from, to_dir, to, flags) : (int)syscall(number, dir, from, flags);
    if (ours && done == 0 && verdict == DO) record(kind, 0, 0, a, to ? b : NULL, NULL, 0);
    if (ours) after();
    return done;
}
int rename(const char *from, const char *to) {
    return do_names('r', R_RENAME, AT_FDCWD, from, AT_FDCWD, to, SYS_renameat2, 0);
}
int renameat(int dir, const char *from, int to_dir, const char *to) {
    return do_names('r', R_RENAME, dir, from, to_dir, to, SYS_renameat2, 0);
}
int renameat2(int dir, const char *from, int to_dir, const char *to, unsigned flags) {
    return do_names('r', R_RENAME, dir, from, to_dir, to, SYS_renameat2, flags);
}
int link(const char *from, const char *to) {
    return do_names('l', R_LINK, AT_FDCWD, from, AT_FDCWD, to, SYS_linkat, 0);
}
int linkat(int dir, const char *from, int to_dir, const char *to, int flags) {
    return do_names('l', R_LINK, dir, from, to_dir, to, SYS_linkat, (unsigned)flags);
}
int unlinkat(int dir, const char *path, int flags) {
    return do_names('u', flags & AT_REMOVEDIR ? R_RMDIR : R_UNLINK, dir, path, 0, NULL, SYS_unlinkat, (unsigned)flags);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int mkdirat(int dir, const char *path, mode_t mode) {
    return do_names('d', R_MKDIR, dir, path, 0, NULL, SYS_mkdirat, mode);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
