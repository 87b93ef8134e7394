package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
)

// The scale's rules, one a row.
func TestDrawScale(t *testing.T) {
	on := func(n int) law.Appointment { d := today.Add(n); return law.Appointment{From: d, To: d} }
	for _, tt := range []struct {
		name string
		left int
		appt law.Appointment
		kind string
		late bool
		want scale
	}{
		{"no time, far off", 20, law.Appointment{}, "", false, scale{BarX: "28.0", BarW: "50.0", End: "78.0"}},
		{"no time, soon", 6, law.Appointment{}, "soon", false, scale{BarX: "28.0", BarW: "15.0", End: "43.0"}},
		{"longer than the axis runs to the edge", 200, law.Appointment{}, "", false, scale{BarX: "28.0", BarW: "165.0", End: "193.0"}},
		{"due today with a time today", 0, on(0), "", false, scale{Diamond: "M28.0 4.5 L33.5 10 L28.0 15.5 L22.5 10Z"}},
		{"due today without a time keeps its end mark", 0, law.Appointment{}, "soon", false, scale{End: "28.0"}},
		{"passed, hatched to the left", -9, law.Appointment{}, "late", false, scale{BarX: "5.5", BarW: "22.5", End: "5.5"}},
		{"passed beyond the axis", -99, law.Appointment{}, "late", false, scale{BarX: "0.5", BarW: "27.5", End: "0.5"}},
		{"passed and put off by the patient: no bar", -13, on(20), "", false, scale{End: "0.5", Diamond: "M78.0 4.5 L83.5 10 L78.0 15.5 L72.5 10Z"}},
		{"a time after the deadline, dotted from it", 5, on(13), "soon", true, scale{BarX: "28.0", BarW: "12.5", End: "40.5", OverX1: "40.5", OverX2: "60.5", Diamond: "M60.5 4.5 L66.0 10 L60.5 15.5 L55.0 10Z"}},
		{"a time after a passed deadline, dotted from today", -3, on(6), "late", true, scale{BarX: "20.5", BarW: "7.5", End: "20.5", OverX1: "28.0", OverX2: "43.0", Diamond: "M43.0 4.5 L48.5 10 L43.0 15.5 L37.5 10Z"}},
		{"an interval", 61, law.Appointment{From: today.Add(47), To: today.Add(54)}, "", false, scale{BarX: "28.0", BarW: "152.5", End: "180.5", WeekX: "145.5", WeekW: "17.5"}},
	} {
		tt.want.Kind, tt.want.AppointmentLate = tt.kind, tt.late
		if got := drawScale(today.Add(tt.left), tt.appt, today, tt.kind, tt.late); got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
	if got := drawScale(day.Day{}, law.Appointment{}, today, "", false); got.End != "" || got.BarW != "" {
		t.Errorf("without a deadline: %+v", got)
	}
}

// Whatever the days and words, labels that are written touch neither each other nor each other's lines, and stay inside.
func TestLayOutNeverTouches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 100), 1, maxDrawn).Draw(t, "days")
		slices.Sort(days)
		var all []happened
		for _, d := range days {
			all = append(all, happened{On: today.Add(d), Text: rapid.StringMatching(`[a-z]{3,24}`).Draw(t, "text"), Sub: rapid.StringMatching(`[a-z]{0,20}`).Draw(t, "sub"), Weight: rapid.IntRange(1, 9).Draw(t, "weight")})
		}
		place := func(d day.Day) float64 { return 4 + 0.92*float64(d.Sub(today)) }
		out := layOut(all, place, 3)
		written := 0
		for i, a := range out {
			if a.Bare {
				continue
			}
			written++
			la := label{place(all[i].On) * timelineWidth / 100, max(textWidth(a.Text), textWidth(a.Sub)*0.95)}
			f1, t1 := la.span(a.Anchor)
			if f1 < 0 || t1 > timelineWidth {
				t.Fatalf("%q leaves the drawing: %v to %v", a.Text, f1, t1)
			}
			for j, b := range out {
				if i == j || b.Bare {
					continue
				}
				lb := label{place(all[j].On) * timelineWidth / 100, max(textWidth(b.Text), textWidth(b.Sub)*0.95)}
				f2, t2 := lb.span(b.Anchor)
				if a.T1 == b.T1 && f1 < t2 && f2 < t1 {
					t.Fatalf("%q touches %q in row %d", a.Text, b.Text, a.T1)
				}
				if a.T1 > b.T1 && f2 < la.x && la.x < t2 {
					t.Fatalf("the line of %q goes through %q", a.Text, b.Text)
				}
			}
		}
		if written == 0 {
			t.Fatal("no label was written")
		}
	})
}

// The pager always has the first page, the last and the one at hand, and no link to a page that is not.
func TestPageLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(0, 5000).Draw(t, "total")
		last := (total + perPage - 1) / perPage
		f := filter{Page: rapid.IntRange(1, max(last, 1)).Draw(t, "page")}
		p := pageLinks(f, total, func(f filter) string { return f.url("/x", User{}) })
		if last < 2 {
			if len(p.Pages) != 0 {
				t.Fatalf("%d rows have pages", total)
			}
			return
		}
		if p.Pages[0].N != 1 || p.Pages[len(p.Pages)-1].N != last || !slices.ContainsFunc(p.Pages, func(l pageLink) bool { return l.Current && l.N == f.Page }) {
			t.Fatalf("page %d of %d: %+v", f.Page, last, p.Pages)
		}
		if (p.Prev == "") != (f.Page == 1) || (p.Next == "") != (f.Page == last) {
			t.Fatalf("page %d of %d: previous %q, next %q", f.Page, last, p.Prev, p.Next)
		}
	})
}

// FuzzAddresses: no address makes a fault; what nobody could mean is said to be so.
func FuzzAddresses(f *testing.F) {
	for _, q := range []string{"", "visning=over&side=3", "side=-1", "side=99999999999", "sykehus=%00&sted=x", "fag=ukjent&tilstand=%FF", "per=2025-02-30", "kjent=2025-03-01", "sak=FJO/1", "sorter=ventet&retning=ned", "q=1", "lang=xx", "rolle=specialist&plikt=assess"} {
		f.Add(q)
	}
	s := newSeed(f)
	s.receive(arrival{given: "Prøve", family: "Testesen", born: day.On(1960, 1, 1), on: day.On(2025, 4, 22)})
	pages := New(s.d, Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/liste", "/liste/eksport", "/plikter", "/fristbrudd", "/vurdering", "/sok", "/sak/FJO/1", "/sak/FJO/1/innsyn"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.URL = &url.URL{Path: path, RawQuery: query}
			pages.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Fatalf("%s?%s: status %d", path, query, w.Code)
			}
		}
	})
}
