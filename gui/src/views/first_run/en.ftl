# Coming back
first-new = A new identity
first-returns = I have one already

# First run
first-title = Welcome
first-explain = Communaut shows what is around you, and lets you take part. There is no server: this device keeps its own copy and shares it with its neighbours.
first-who = Who are you?
first-name-hint = As you want to be called
first-where = Where are you?
first-place = Your town or district
first-or-click = Or click the map. Your home is as exact as you choose it to be.
first-here = Here: { $place }
first-done = Begin
first-busy = One moment…
first-privacy = Your name, and the place that you choose here, are public: anyone who follows this territory receives them.
first-around-me = Around me
