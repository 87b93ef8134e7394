package npr

import "flag"

var update = flag.Bool("update", false, "draw the golden files anew")
