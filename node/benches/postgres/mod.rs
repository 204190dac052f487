//! The same elements and questions in PostgreSQL, with PostGIS where it is installed: full text, kind and radius, each
//! with its index, as one would build it. A cluster of its own in a temporary folder, over a local socket alone.

use communaut_node::api::Query;
use communaut_protocol::fold::ElementView;
use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

/// Where distributions put the programs, beside the search path.
const FOLDERS: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/pgsql"];
/// Who runs a cluster where the bench is run by root, which the programs refuse.
const USER: &str = "postgres";

/// What was measured.
pub struct Measured {
    /// "PostgreSQL + PostGIS", or what there is.
    pub what: String,
    /// Rows a second, with the indexes.
    pub rate: f64,
    /// Bytes a row, with the indexes.
    pub bytes: f64,
    /// Of each question, in the order asked.
    pub times: Vec<Duration>,
}

/// A cluster that stops when it is dropped.
struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs().ok_or("initdb is not installed")?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        if is_root() {
            done(Command::new("chown").arg(USER).arg(folder.path()))?;
        }
        let cluster = Self { folder, programs };
        let data = cluster.folder.path().join("data");
        let path = |path: &Path| path.display().to_string();
        cluster.run("initdb", &["-D", &path(&data), "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C"])?;
        let options =
            format!("-k {} -c listen_addresses='' -c shared_buffers=512MB -c fsync=off", path(cluster.folder.path()));
        let log = path(&cluster.folder.path().join("log"));
        cluster.run("pg_ctl", &["-D", &path(&data), "-w", "-l", &log, "-o", &options, "start"])?;
        Ok(cluster)
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<String, String> {
        done(self.command(program).args(args).current_dir(self.folder.path()))
    }

    /// Run statements; what they print.
    fn sql(&self, statements: &str) -> Result<String, String> {
        let socket = self.folder.path().display().to_string();
        let mut command = Command::new("psql");
        command.args([
            "-h",
            &socket,
            "-U",
            USER,
            "-d",
            "postgres",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-f",
            "-",
        ]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("psql: {error}"))?;
        let mut stdin = child.stdin.take().ok_or("psql takes no statements")?;
        let statements = statements.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(statements.as_bytes()));
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        drop(writer.join());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(String::from_utf8_lossy(&output.stdout).into_owned()) } else { Err(said) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data").display().to_string();
        drop(self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]));
        if is_root() {
            drop(Command::new("chown").args(["-R", "0"]).arg(self.folder.path()).status());
        }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn done(command: &mut Command) -> Result<String, String> {
    let name = format!("{:?}", command.get_program());
    // A server that goes on running would keep a pipe open.
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null()).status();
    match output {
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The folder with the programs.
fn programs() -> Option<PathBuf> {
    let has = |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = FOLDERS.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let known = versions.map(|version| version.path().join("bin"));
    std::env::split_paths(&path).chain(known).find(has)
}

/// Load the elements and ask the questions; why not, where that is not installed. `fold`: texts as they are compared.
pub fn beside(elements: &[Arc<ElementView>], asked: &[&Query], fold: fn(&str) -> String) -> Result<Measured, String> {
    let cluster = Cluster::start()?;
    let gis = cluster.sql("create extension postgis;").is_ok();
    let place = if gis { "geography(point)" } else { "point" };
    let mut rows = format!("create table e (id int, kind smallint, at {place}, words tsvector);\ncopy e from stdin;\n");
    for (number, view) in elements.iter().enumerate() {
        let at = view.position.unwrap_or_default();
        let text = fold(&format!("{} {} {} {}", view.name, view.tags.join(" "), view.description, view.address));
        let mut words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        let at = if gis { format!("POINT({} {})", at.lon(), at.lat()) } else { format!("({},{})", at.lon(), at.lat()) };
        let _ = writeln!(rows, "{number}\t{}\t{at}\t{}", view.kind as u8, words.join(" "));
    }
    rows.push_str("\\.\n");
    let start = Instant::now();
    cluster.sql(&rows)?;
    cluster.sql("create index on e using gin (words); create index on e using gist (at); create index on e (kind);")?;
    let rate = elements.len() as f64 / start.elapsed().as_secs_f64();
    cluster.sql("vacuum analyze e;")?;
    let size = cluster.sql("select pg_total_relation_size('e');")?;
    let bytes = size.trim().parse::<f64>().map_err(|error| error.to_string())? / elements.len().max(1) as f64;
    let mut statements = String::from("\\timing on\n\\o /dev/null\n");
    for query in asked.iter().cycle().take(asked.len() * 2) {
        let words: Vec<String> = fold(&query.text).split_whitespace().map(|word| format!("{word}:*")).collect();
        let _ = writeln!(statements, "{}", statement(query, &words.join(" & "), gis));
    }
    let said = cluster.sql(&statements)?;
    let millis = said.lines().filter_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse::<f64>().ok());
    let times: Vec<Duration> = millis.map(|millis| Duration::from_secs_f64(millis / 1_000.0)).collect();
    // The first half warmed it.
    let times = times.get(asked.len()..).unwrap_or_default().to_vec();
    let what = if gis { "PostgreSQL + PostGIS" } else { "PostgreSQL, points on a plane (no PostGIS here)" };
    Ok(Measured { what: what.to_owned(), rate, bytes, times })
}

fn statement(query: &Query, words: &str, gis: bool) -> String {
    let mut tests = vec![format!("words @@ to_tsquery('simple', '{}')", words.replace('\'', " "))];
    if let Some(kind) = query.kinds.first() {
        tests.push(format!("kind = {}", *kind as u8));
    }
    let mut order = "id".to_owned();
    if let Some(near) = query.near {
        let (lon, lat, radius) = (near.position.lon(), near.position.lat(), f64::from(near.radius_m.unwrap_or(0)));
        if gis {
            let point = format!("'POINT({lon} {lat})'::geography");
            tests.push(format!("ST_DWithin(at, {point}, {radius})"));
            order = format!("at <-> {point}");
        } else {
            tests.push(format!("at <@ circle(point({lon},{lat}), {})", radius / 111_195.0));
            order = format!("at <-> point({lon},{lat})");
        }
    }
    format!("select id from e where {} order by {order} limit {};", tests.join(" and "), query.limit.unwrap_or(100))
}
