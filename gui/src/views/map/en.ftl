# Map
map-name = Map
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-home = Back home
map-mark-many = { $name } and { $others } more

# Drawing a territory
draw-new = Draw a territory
draw-change = Change its outline
draw-name = Name
draw-name-hint = Your neighbourhood, your valley…
draw-hint = Click on the map to set the corners. By keys: Enter leads from the name to the map, arrow keys move it, and the corner you are on.
draw-corners = { $count ->
    [one] 1 corner
   *[other] { $count } corners
}
draw-corner = Corner { $number } of { $count }
draw-close = Click on the first corner to finish.
draw-simplified = The outline had more corners: those that say most are left.
draw-crossing = Two sides cross. Move a corner, or undo.
draw-many = More than { $count } corners cannot be drawn by hand.
draw-undo = Undo
draw-redo = Redo
draw-add = Corner here
draw-add-hint = Sets a corner at the cross in the middle of the map
draw-publish = Publish it, so that others can follow it too
draw-follow = Follow this territory
draw-save = Save the outline
draw-unsaved = What you drew is not saved yet: save it, or cancel.
draw-no-outline = This territory is made of cells and has no outline that could be changed. Draw a new one over it.
draw-saved = { $name } has its new outline.
