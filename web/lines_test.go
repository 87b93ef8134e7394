package web

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// An element of markup that was read back.
type element struct {
	name  string
	attrs map[string]string
	text  string // of it and all within it
	in    []*element
}

// readBack reads markup as a tree. Markup that does not close what it opens is an error.
func readBack(t require, markup string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<all>" + markup + "</all>"))
	d.Strict, d.AutoClose, d.Entity = false, []string{"input"}, xml.HTMLEntity
	root := &element{}
	open := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the markup can't be read: %v\n%s", err, markup)
		}
		top := open[len(open)-1]
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attrs: make(map[string]string)}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			top.in = append(top.in, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) < 2 || top.name != x.Name.Local {
				t.Fatalf("</%s> closes nothing\n%s", x.Name.Local, markup)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, e := range open {
				e.text += string(x)
			}
		}
	}
	if len(open) != 1 {
		t.Fatalf("<%s> is not closed\n%s", open[len(open)-1].name, markup)
	}
	return root.in[0]
}

// require is what *testing.T and *rapid.T have in common.
type require interface {
	Helper()
	Fatalf(format string, args ...any)
}

// all gives the elements of a name, in order.
func (e *element) all(name string) (out []*element) {
	for _, c := range e.in {
		if c.name == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// ofClass gives the first element of a class.
func (e *element) ofClass(class string) *element {
	for _, c := range e.in {
		if slices.Contains(strings.Fields(c.attrs["class"]), class) {
			return c
		}
		if x := c.ofClass(class); x != nil {
			return x
		}
	}
	return nil
}

// hostile is text people may write, markup and all. A zero byte is shown as the sign for what can't be shown.
var hostile = rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{"Attrapp", "ø", `"`, "'", "<", ">", "&", "&amp;", "<script>", "</td>", "--", "\x00", "+", "`", "=", " "})),
	func(parts []string) string { return "x" + strings.Join(parts, "") })

func shownAs(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

func TestWrittenTextIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, title, owner, where := hostile.Draw(t, "name"), hostile.Draw(t, "title"), hostile.Draw(t, "owner"), hostile.Draw(t, "where")
		var b bytes.Buffer
		writePicks(&b, []pick{{Name: name, Label: title, Options: []option{{owner, where, false}, {where, owner, true}}}})
		for _, c := range []listCell{{Class: "c-own", Title: title, Where: where, Owner: owner}, {Class: "c-wait", Text: owner, Unit: true}, {Time: &timeCell{Icon: "ring", State: name, Text: where, Spoken: owner}},
			{Time: &timeCell{Text: where}}, {Duty: &dutyChip{Icon: "cal", Text: title, By: where, State: name, URL: owner}}} {
			writeCell(&b, words.NB, &c, title)
		}
		root := readBack(t, b.String())
		want := func(what, got, want string) {
			t.Helper()
			if got != shownAs(want) {
				t.Fatalf("%s is %q, not %q", what, got, want)
			}
		}
		f := root.in[0]
		want("the label", f.all("label")[0].text, title)
		want("what it is for", f.all("label")[0].attrs["for"], "f-"+name)
		want("the field", f.all("select")[0].attrs["name"], name)
		options := f.all("option")
		if len(options) != 2 || options[0].attrs["selected"] != "" || options[1].attrs["selected"] == "" {
			t.Fatalf("the options are %+v", options)
		}
		want("an option's value", options[0].attrs["value"], owner)
		want("an option's text", options[0].text, where)
		cells := root.all("td")
		if len(cells) != 5 {
			t.Fatalf("%d cells, not 5", len(cells))
		}
		want("a title", cells[0].attrs["title"], title)
		want("an owner and where", cells[0].text, where+" "+owner)
		want("a number and its word", cells[1].text, owner+" "+title)
		want("a time and what is heard", cells[2].text, where+owner)
		want("a time's state", cells[2].all("span")[0].attrs["data-s"], name)
		want("a plain time", cells[3].text, where)
		want("a duty", cells[4].text, title+where)
		want("a duty's address", cells[4].all("a")[0].attrs["href"], owner)

		b.Reset()
		writeTally(&b, words.NB, []tally{{Label: name, URL: owner, N: 1284, More: true}, {Label: title, N: 0}})
		writeTabs(&b, words.NB, []tab{{URL: owner, Text: title, N: 3}, {URL: where, Text: name, N: 4, Current: true}})
		writeHidden(&b, []option{{Value: owner, Text: name}})
		writeTicks(&b, name, []option{{owner, title, true}, {where, name, false}})
		writeHeads(&b, words.NB, []column{{Class: name, Text: title, URL: owner, Sort: where, Icon: "up"}, {Class: "c", Text: where}, {Left: true, Text: title, URL: where, Icon: "both"}})
		writePager(&b, words.NB, pager{Next: owner, Pages: []pageLink{{N: 1, URL: where, Current: true}, {Gap: true}, {N: 1200, URL: owner}}})
		writeMenu(&b, words.NB, []menuItem{{URL: owner, Text: title, N: 7}, {URL: where, Text: name, Current: true}})
		writeLangs(&b, []langLink{{Lang: words.NN, URL: owner, Text: title}, {Lang: words.NB, Text: name, Current: true}})
		page := readBack(t, b.String())
		links, numbers := page.all("a"), page.all("dd")
		at := 0
		link := func(url, text string) *element {
			t.Helper()
			want("an address", links[at].attrs["href"], url)
			want("the text of a link", links[at].text, text)
			at++
			return links[at-1]
		}
		link(owner, "1\u00a0284+")
		want("a number", numbers[1].text, "0")
		want("what is counted", page.all("dt")[1].text, title)
		if link(owner, title+" 3"); link(where, name+" 4").attrs["aria-current"] != "page" {
			t.Fatalf("the view at hand is not told")
		}
		inputs := page.all("input")
		want("what is kept", inputs[0].attrs["name"]+inputs[0].attrs["value"], name+owner)
		want("a box", inputs[1].attrs["name"]+inputs[1].attrs["value"]+inputs[1].attrs["checked"], name+owner+"checked")
		want("the text of a box", page.all("label")[1].text, " "+name)
		heads := page.all("th")
		want("a header's class and order", heads[0].attrs["class"]+heads[0].attrs["aria-sort"], name+where)
		link(owner, title)
		want("a header that is no link", heads[1].text, where)
		link(where, title)
		if len(heads[2].all("text")) != 5 || !strings.HasSuffix(heads[2].text, "Frist") {
			t.Fatalf("the header of the scale is %q", heads[2].text)
		}
		if link(where, "1").attrs["aria-current"] != "true" || link(owner, "1\u00a0200").attrs["aria-label"] == "" || link(owner, words.Say(words.NB, "web.next")).attrs["rel"] != "next" {
			t.Fatalf("the pages are %s", b.String())
		}
		if link(owner, title+" 7"); link(where, name).attrs["aria-current"] != "page" {
			t.Fatalf("the item at hand is not told")
		}
		if link(owner, title).attrs["hreflang"] != "nn" || at != len(links) || page.all("b")[0].attrs["lang"] != "nb" {
			t.Fatalf("the languages are %s", b.String())
		}
	})
}

// The line of one referral tells what the page of it does: days left, deadline, name, what it is about, time, what comes next, who owes it, days waited.
func TestLinesTellWhatTheRowSays(t *testing.T) {
	s := newSeed(t)
	v := &view{s: makeSite(s.d, Options{Demo: true}), frame: &frame{Lang: words.NB, Today: today}}
	v.frame.v = v
	line := func(x row, everywhere bool, columns ...string) *element {
		t.Helper()
		var b bytes.Buffer
		v.lines(&b, []row{x}, filter{Columns: readColumns(columns)}.shown(), everywhere)
		rows := readBack(t, b.String()).all("tr")
		if len(rows) != 1 {
			t.Fatalf("%d rows, not 1:\n%s", len(rows), b.String())
		}
		return rows[0]
	}
	x := row{Row: ledger.Row{Tenant: "FJO", Referral: 4711, Condition: "ukjent <b>"}, Person: ledger.Person{Family: `Oppdiktet "Fred"`, Given: "Else & Mo", Born: day.On(1970, 1, 1)}}
	f := &x.State.Facts
	f.Specialty, f.Status, f.Right, f.Seniority, f.ReceivedOn, f.AssessedOn, f.StartBy = "orthopaedics", law.Waiting, law.Granted, today.Add(-36), today.Add(-36), today.Add(-29), today.Add(12)
	f.Holder = "FJO"
	e := line(x, false)
	check := e.all("input")[0]
	for name, want := range map[string]string{"value": "FJO/4711", "data-deadline": today.Add(12).String(), "aria-label": `Velg Oppdiktet "Fred", Else & Mo`} {
		if check.attrs[name] != want {
			t.Errorf("%s of the box is %q, not %q", name, check.attrs[name], want)
		}
	}
	if a := e.ofClass("c-name").all("a")[0]; a.text != `Oppdiktet "Fred", Else & Mo` || a.attrs["href"] != "/sak/FJO/4711" {
		t.Errorf("the name is %q, to %s", a.text, a.attrs["href"])
	}
	left := e.ofClass("c-left")
	if b, time := left.all("b"), left.all("time"); b[0].text != "12" || time[0].attrs["datetime"] != today.Add(12).String() || left.all("use")[0].attrs["href"] != "#weeks" {
		t.Errorf("days left: %q", left.text)
	}
	if bar := left.ofClass("sc-bar"); bar == nil || bar.attrs["width"] != "30.0" {
		t.Errorf("the bar is %+v", bar)
	}
	for class, want := range map[string]string{"c-cond": "ukjent <b>", "c-appt": "uten time", "c-wait": "36 dager"} {
		if c := e.ofClass(class); c == nil || !strings.Contains(c.text, want) {
			t.Errorf("%s is %+v, not %q", class, c, want)
		}
	}
	if len(e.all("td")) != 7 || len(e.all("th")) != 1 {
		t.Errorf("%d cells and %d names", len(e.all("td")), len(e.all("th")))
	}

	f.Appointment = law.Appointment{From: today.Add(20), To: today.Add(20), Minute: 541}
	late := line(x, true)
	if c := late.ofClass("c-appt"); !strings.Contains(c.text, "kl. 09.00") || !strings.Contains(c.text, "etter fristen") {
		t.Errorf("a time after the deadline: %q", c.text)
	}
	if late.ofClass("sc-over") == nil || late.ofClass("after") == nil {
		t.Error("a time after the deadline is not drawn so")
	}
	if c := late.ofClass("c-own"); c.ofClass("where") == nil {
		t.Errorf("among every hospital's, the line does not say where: %q", c.text)
	}

	f.StartBy, f.Appointment = day.Day{}, law.Appointment{}
	none := line(x, false, "gjelder", "nummer", "fag", "varslet")
	if c := none.ofClass("c-left"); c.text != v.T("time.no_deadline") || len(c.all("svg")) != 0 {
		t.Errorf("without a deadline: %q", c.text)
	}
	if text := none.text; !strings.Contains(text, "FJO-4711") || !strings.Contains(text, "Ortopedi") || !strings.Contains(text, "–") {
		t.Errorf("chosen columns: %q", text)
	}
	x.Person = ledger.Person{Erased: 1}
	if a := line(x, false).ofClass("c-name").all("a")[0]; a.text != v.T("web.nameless") {
		t.Errorf("an erased person is called %q", a.text)
	}
}

// What settling puts in is what the template would have written, in text and in attributes, in every branch; and nothing is left to be looked up on every page.
func TestSettledPagesAreThePages(t *testing.T) {
	const page = `{{define "part"}}<i>{{t "web.show"}}</i>{{end}}<p title="{{t "web.show"}}">{{t "web.filters"}} {{icon "cal"}}{{t "web.shown" 1 2}}</p>{{if .}}{{t "web.all"}}{{else}}{{t "web.next"}}{{end}}` +
		`{{range .}}{{t "web.previous"}}{{.}}{{else}}{{t "web.pages"}}{{end}}{{with .}}{{template "part" .}}{{else}}{{t "web.views"}}{{end}}`
	for _, l := range words.Langs() {
		funcs := template.FuncMap{"t": func(key string, args ...any) string { return words.Say(l, key, args...) }, "icon": icon}
		made := func() *template.Template { return template.Must(template.New("page").Funcs(funcs).Parse(page)) }
		plain, done := made(), made()
		settle(done, l)
		if left := strings.Count(done.Tree.Root.String(), `{{t "`); left != 1 {
			t.Errorf("%d words are looked up on every page, not the 1 that has arguments", left)
		}
		for _, data := range [][]string{nil, {"a", "<b>"}} {
			var want, got strings.Builder
			if err := errors.Join(plain.Execute(&want, data), done.Execute(&got, data)); err != nil || got.String() != want.String() {
				t.Errorf("%s, %v: %v\n got %s\nwant %s", l, data, err, got.String(), want.String())
			}
		}
	}
}

// A page has the templates it uses, every one of them, and no others.
func TestPagesHaveWhatTheyUse(t *testing.T) {
	all := 0
	for l, ps := range parsePages() {
		for name, page := range ps {
			has, used := make(map[string]bool), map[string]bool{wholePage: true, name + ".html": true, "listpart": true, "listmore": true}
			for _, one := range page.Templates() {
				if one.Tree == nil {
					continue
				}
				has[one.Name()] = true
				for _, asked := range templatesIn(one.Tree.Root) {
					used[asked] = true
				}
			}
			for x := range used {
				if !has[x] && x != "listpart" && x != "listmore" {
					t.Errorf("%s, %s: the template %s is missing", l, name, x)
				}
			}
			all += len(has)
		}
		if ps["looks"].Lookup("pager") != nil || ps["list"].Lookup("pager") == nil || ps["list"].Lookup("listmore") == nil {
			t.Errorf("%s: the page of looks has a pager, or the list has none", l)
		}
	}
	if all == 0 {
		t.Error("there are no pages")
	}
}

// A part is written where its mark stands, and text from people is never taken for a mark.
func TestInsets(t *testing.T) {
	v := &view{}
	first := v.inset(func(b *bytes.Buffer) { b.WriteString("<b>one</b>") })
	second := v.inset(func(b *bytes.Buffer) { b.WriteString("<b>two</b>") })
	var b bytes.Buffer
	page := template.Must(template.New("").Parse(`{{.B}}<p title="{{.Text}}">{{.Text}}</p>{{.A}}`))
	if err := page.Execute(&pageWriter{&b, v.insets}, map[string]any{"A": first, "B": second, "Text": string(insetMark(0))}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasPrefix(got, "<b>two</b><p") || !strings.HasSuffix(got, "</p><b>one</b>") || strings.Count(got, "one") != 1 || strings.Contains(got, "\x00") {
		t.Errorf("the page is %q", got)
	}
}
