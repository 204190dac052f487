# Bringing a file in
import-title = Bring in a file
import-explain = Places and organisations from OpenStreetMap (.osm.pbf, with its street map), GeoJSON or CSV. Bringing the same file in again changes nothing.
import-path = The file
import-path-hint = Its path, or drop it on this window
import-licence = Its licence and credit
import-licence-hint = Needed where the file does not say: “CC BY 4.0, City of Lyon”
import-public = Each record is published in your name where it lies, with its source and its licence.
import-begin = Bring it in
import-busy = Reading…
import-done = { $read } read: { $created } new, { $updated } changed, { $unchanged } as before, { $skipped } left out.
import-broke-off = The file broke off; what stood before is kept: { $why }
import-skipped = Left out:
import-skipped-more = { $count } more
import-busy-streets = Drawing the street map…
import-streets = Street map: { $tiles } tiles, { $size }.
import-no-streets = No street map: { $why }
import-packs = Street maps here: { $names }
