package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// sharp is how many pixels a unit of the drawing takes each way.
const sharp = 2

// fonts are the Go fonts, which stand in the program: no font of the machine is asked for.
var fonts = sync.OnceValues(func() (f [2]*opentype.Font, err error) {
	for i, data := range [][]byte{goregular.TTF, gobold.TTF} {
		if f[i], err = opentype.Parse(data); err != nil {
			return f, fmt.Errorf("read the font: %w", err)
		}
	}
	return f, nil
})

// PNG is the drawing as a picture, with title and subtitle, twice as dense as a page shows it.
func (f Figure) PNG() ([]byte, error) {
	d := f.framed()
	p := painter{img: image.NewRGBA(image.Rect(0, 0, int(math.Ceil(d.w*sharp)), int(math.Ceil(d.h*sharp))))}
	draw.Draw(p.img, p.img.Bounds(), image.White, image.Point{}, draw.Src)
	all, err := fonts()
	if err != nil {
		return nil, err
	}
	for i, size := range []float64{13, 13, 17} {
		face, err := opentype.NewFace(all[min(i, 1)], &opentype.FaceOptions{Size: size * sharp, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("set the font: %w", err)
		}
		p.faces[i] = face
		defer face.Close()
	}
	for _, s := range d.shapes {
		p.paint(s)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p.img); err != nil {
		return nil, fmt.Errorf("write the picture %s: %w", f.id(), err)
	}
	return b.Bytes(), nil
}

type painter struct {
	img    *image.RGBA
	raster vector.Rasterizer
	faces  [3]font.Face // regular, bold, bold of titles
}

func (p *painter) paint(s shape) {
	if s.kind == label {
		p.write(s)
		return
	}
	l := shapeLooks[s.class]
	var outline []point
	closed := true
	switch a := s.at[0]; s.kind {
	case line, path:
		outline, closed = s.at, false
	case diamond:
		outline = corners(s)
	case rect:
		w := s.at[1]
		outline = []point{a, {a.x + w.x, a.y}, {a.x + w.x, a.y + w.y}, {a.x, a.y + w.y}}
	case circle:
		outline = round(a, s.r)
	}
	if l.fill != "" && closed {
		p.fill([][]point{outline}, hex(l.fill, 1))
	}
	if l.stroke == "" {
		return
	}
	opacity := l.opacity
	if opacity == 0 {
		opacity = 1
	}
	if closed {
		outline = append(append([]point{}, outline...), outline[0])
	}
	var pieces [][]point
	for _, part := range dashes(outline, l.dash) {
		for i := 1; i < len(part); i++ {
			pieces = append(pieces, thick(part[i-1], part[i], l.width/2))
			if i > 1 || closed { // joints
				pieces = append(pieces, round(part[i-1], l.width/2))
			}
		}
	}
	p.fill(pieces, hex(l.stroke, opacity))
}

// fill fills polygons as one: where they overlap they are not painted twice.
func (p *painter) fill(polygons [][]point, c color.Color) {
	where := p.around(polygons)
	if where.Empty() {
		return
	}
	p.raster.Reset(where.Dx(), where.Dy())
	for _, poly := range polygons {
		if area(poly) < 0 { // all one way round, so that overlaps add up and never take away
			for i, j := 0, len(poly)-1; i < j; i, j = i+1, j-1 {
				poly[i], poly[j] = poly[j], poly[i]
			}
		}
		for i, at := range poly {
			x, y := float32(at.x*sharp)-float32(where.Min.X), float32(at.y*sharp)-float32(where.Min.Y)
			if i == 0 {
				p.raster.MoveTo(x, y)
			} else {
				p.raster.LineTo(x, y)
			}
		}
		p.raster.ClosePath()
	}
	p.raster.Draw(p.img, where, image.NewUniform(c), image.Point{})
}

// around is the part of the picture that polygons can touch, in its pixels: a figure of many small marks is not painted whole for each.
func (p *painter) around(polygons [][]point) image.Rectangle {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, poly := range polygons {
		for _, at := range poly {
			x0, y0, x1, y1 = min(x0, at.x), min(y0, at.y), max(x1, at.x), max(y1, at.y)
		}
	}
	if !(x0 <= x1 && y0 <= y1) {
		return image.Rectangle{}
	}
	b := p.img.Bounds()
	px := func(v float64, lo, hi int) int { return int(min(max(v*sharp, float64(lo)), float64(hi))) }
	return image.Rect(px(x0, b.Min.X, b.Max.X), px(y0, b.Min.Y, b.Max.Y), px(x1+1, b.Min.X, b.Max.X), px(y1+1, b.Min.Y, b.Max.Y))
}

func area(poly []point) float64 {
	sum := 0.0
	for i, a := range poly {
		b := poly[(i+1)%len(poly)]
		sum += a.x*b.y - b.x*a.y
	}
	return sum
}

// thick is a straight line as a rectangle.
func thick(a, b point, half float64) []point {
	dx, dy := b.x-a.x, b.y-a.y
	n := math.Hypot(dx, dy)
	if n == 0 {
		return []point{a, a, a}
	}
	ox, oy := -dy/n*half, dx/n*half
	return []point{{a.x + ox, a.y + oy}, {b.x + ox, b.y + oy}, {b.x - ox, b.y - oy}, {a.x - ox, a.y - oy}}
}

func round(c point, r float64) []point {
	const n = 24
	out := make([]point, n)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		out[i] = point{c.x + r*cos, c.y + r*sin}
	}
	return out
}

// dashes cuts a line into its dashes; the whole of it when there are none.
func dashes(at []point, pattern []float64) [][]point {
	if len(pattern) != 2 || pattern[0]+pattern[1] <= 0 {
		return [][]point{at}
	}
	var out [][]point
	on, leftOver := true, pattern[0]
	part := []point{at[0]}
	for i := 1; i < len(at); i++ {
		a, b := at[i-1], at[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		done := 0.0
		for long-done > leftOver {
			done += leftOver
			cut := point{a.x + (b.x-a.x)*done/long, a.y + (b.y-a.y)*done/long}
			if on {
				out = append(out, append(part, cut))
			}
			part, on = []point{cut}, !on
			if leftOver = pattern[1]; on {
				leftOver = pattern[0]
			}
		}
		leftOver -= long - done
		part = append(part, b)
	}
	if on && len(part) > 1 {
		out = append(out, part)
	}
	return out
}

// write writes a text on a narrow ground of its own, as the pages do, so that lines don't cross it.
func (p *painter) write(s shape) {
	l := textLooks[s.class]
	face := p.faces[0]
	switch {
	case s.class == "head":
		face = p.faces[2]
	case l.bold:
		face = p.faces[1]
	}
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(hex(l.fill, 1)), Face: face}
	wide := d.MeasureString(s.text)
	x := fixed.Int26_6(s.at[0].x * sharp * 64)
	switch s.anchor {
	case "middle":
		x -= wide / 2
	case "end":
		x -= wide
	}
	d.Dot = fixed.Point26_6{X: x, Y: fixed.Int26_6(s.at[0].y * sharp * 64)}
	d.DrawString(s.text)
}

// hex reads a colour of the looks, which are all of the form #rrggbb.
func hex(s string, opacity float64) color.Color {
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return color.Black
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), uint8(math.Round(opacity * 255))}
}
