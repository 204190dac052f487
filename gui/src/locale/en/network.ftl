# Network
net-summary-peers = { $count ->
    [0] Connected with nobody
    [one] Connected with 1 node
   *[other] Connected with { $count } nodes
}
net-last-sync = Last caught up { $ago }
net-never-synced = Not caught up with anybody yet
net-missing = { $count ->
    [0] Nothing known to be missing
    [one] 1 log is still coming
   *[other] { $count } logs are still coming
}
net-pending = { $count ->
    [one] 1 entry waits for its author’s identity
   *[other] { $count } entries wait for their author’s identity
}
net-held = { $entries } entries in { $logs } logs on this device
net-peers = Nodes
net-peer-here = on your local network
net-peer-gone = not connected
net-peer-rtt = { $ms } ms away
net-peer-received = { $count ->
    [0] brought nothing yet
    [one] brought 1 entry
   *[other] brought { $shown } entries
}
net-peer-caught-up = caught up { $ago }
net-peer-never = not caught up yet
net-refused = Refused
net-refused-none = Nothing was refused.
net-me = This node
net-me-id = Its name on the network (not yours)
net-me-addresses = Addresses at which others reach it
net-offline = This window runs without network.
net-copy = Copy
net-copied = Copied.
net-dial = Connect
net-dial-label = Address of another node
net-dial-hint = /ip4/192.0.2.1/tcp/4001
net-dial-done = Connected.
net-nobody = Nobody is in sight
net-nobody-next = Nodes on the same local network find each other by themselves. For one farther away, ask for its address and connect below.
net-peer-near = less than 1 ms away

# What is wrong with the store
trouble-damaged = Part of what this device holds cannot be read. The rest is shown; nothing can be changed until it is mended. Keep Communaut open: it mends itself.
trouble-mending = What this device holds is being mended. It is shown already, and can be changed again when this line is gone.
trouble-mended = What this device holds was damaged and is mended. { $count ->
    [one] 1 entry is missing: it comes back
   *[other] { $shown } entries are missing: they come back
} from your neighbours. You have nothing to do.
trouble-mended-whole = What this device holds was damaged and is mended. Nothing is missing.
trouble-not-writable = This device’s disk takes nothing more: what you write now is not kept. Make room on it, or have it looked at; Communaut then goes on by itself.
trouble-nearly-full = The disk of this device is nearly full: { $free } are free. Make room, or soon nothing new can be kept.
trouble-ceiling = Communaut holds as much as it may here ({ $most }): nothing more is taken from strangers. What you write is kept. Follow fewer territories to make room.
trouble-not-compacted = What was erased is hidden, but not yet gone from this device’s disk. Make room on it and keep Communaut open: it is tried again.
size-mb = { $size } MB
size-gb = { $size } GB
