package chart

// A look is how a class looks outside a page, where there is no style sheet: the same as web/static/rettid.css gives it.
type look struct {
	fill, stroke string // "" is none
	width        float64
	dash         []float64
	opacity      float64 // of the stroke; 0 is 1
	bold         bool
}

const (
	ink      = "#2b2c29"
	ink2     = "#5d5e5b"
	hairline = "#dedcd6"
	border   = "#787977"
	key      = "#0e5366"
	soon     = "#80540f"
	late     = "#b81a1a"
	sheet    = "#ffffff"
	pale     = "#b9cdd3"
)

var shapeLooks = map[string]look{
	"grid":     {stroke: hairline, width: 1},
	"axis":     {stroke: border, width: 1},
	"line":     {stroke: ink, width: 1.75},
	"line us":  {stroke: key, width: 2.25},
	"line old": {stroke: border, width: 1},
	"mean":     {stroke: key, width: 1.5},
	"limit":    {stroke: ink2, width: 1, dash: []float64{5, 3}},
	"limit in": {stroke: ink2, width: 1, dash: []float64{1, 3}},
	"run":      {stroke: soon, width: 5, opacity: 0.35},
	"leader":   {stroke: border, width: 1},
	"break":    {stroke: border, width: 1, dash: []float64{2, 3}},
	"pt":       {fill: sheet, stroke: ink, width: 1.5},
	"pt out":   {fill: late, stroke: late, width: 1.5},
	"pt us":    {fill: key, stroke: key, width: 1.5},
	"bar":      {fill: pale},
	"bar us":   {fill: key},
	"tile":     {fill: sheet, stroke: border, width: 1},
	"tile q1":  {fill: "#f0f4f5", stroke: border, width: 1},
	"tile q2":  {fill: "#cfdce0", stroke: border, width: 1},
	"tile q3":  {fill: "#4d808e", stroke: border, width: 1},
	"tile q4":  {fill: "#0e5366", stroke: border, width: 1},
	"tile q5":  {fill: "#072c36", stroke: border, width: 1},
}

var textLooks = map[string]look{
	"":      {fill: ink2},
	"lbl":   {fill: ink, bold: true},
	"mean":  {fill: key},
	"out":   {fill: late, bold: true},
	"us":    {fill: key, bold: true},
	"on":    {fill: sheet, bold: true},
	"tname": {fill: ink},
	"big":   {fill: ink, bold: true},
	"head":  {fill: ink, bold: true}, // the title of a file: larger
}
