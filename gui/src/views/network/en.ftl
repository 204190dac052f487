# Network
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
net-dial = Connect
net-dial-label = Address of another node
net-dial-done = Connected.
net-nobody = Nobody is in sight
net-nobody-next = Nodes on the same local network find each other by themselves. For one farther away, ask for its address and connect below.
net-peer-near = less than 1 ms away
