package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"rettid/chart"
)

// A figureView is a figure on a page: {{template "figure" .}}.
type figureView struct {
	chart.Figure
	Files      []link
	Definition *link // how the number is defined; may be nil
}

// Drawing is the figure's SVG as markup: room chart escapes every text in it.
func (f figureView) Drawing() template.HTML { return template.HTML(f.SVG()) }

// figure puts a figure on a page; at is the address its files are under, «/ledelse/figur», with the choices it was made by.
func (v *view) figure(f chart.Figure, at string, asked url.Values) figureView {
	out := figureView{Figure: f}
	for _, kind := range []string{"svg", "png", "csv"} {
		u := at + "/" + f.ID + "." + kind
		if len(asked) > 0 {
			u += "?" + asked.Encode()
		}
		out.Files = append(out.Files, link{u, map[string]string{"svg": "SVG", "png": "PNG", "csv": "CSV"}[kind]})
	}
	return out
}

// Paper is the figure as it stands in a PDF: with its title, and with looks of its own.
func (f figureView) Paper() template.HTML {
	file := string(f.File())
	return template.HTML(file[max(0, strings.Index(file, "<svg")):])
}

// sendFigure answers with a figure as a file of the kind: svg, png or csv. It is false for another kind.
func sendFigure(w http.ResponseWriter, f chart.Figure, kind string) (bool, error) {
	var body []byte
	var err error
	h := w.Header()
	switch kind {
	case "svg":
		body = f.File()
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	case "png":
		if body, err = f.PNG(); err != nil {
			return true, err
		}
		h.Set("Content-Type", "image/png")
	case "csv":
		body = f.CSV()
		h.Set("Content-Type", "text/csv; charset=utf-8")
	default:
		return false, nil
	}
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", f.ID+"."+kind))
	_, err = w.Write(body)
	return true, err
}
