package web

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// take out the list: the file, its kind and its name.
func download(t *testing.T, srv *httptest.Server, form url.Values) (int, http.Header, []byte) {
	t.Helper()
	res, err := srv.Client().PostForm(srv.URL+"/liste/eksport", form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, body
}

func asked(format string, more ...string) url.Values {
	out := url.Values{"format": {format}, "formaal": {"export_validation"}}
	for i := 0; i < len(more); i += 2 {
		out.Add(more[i], more[i+1])
	}
	return out
}

// The three files hold the same rows: those of the list, in its order.
func TestExportFilesAreTheList(t *testing.T) {
	s, srv := newSite(t, Options{})
	// A name that a spreadsheet would take for a formula.
	x := s.receive(arrival{given: "Formel", family: "=1+1", born: day.On(1970, 1, 1), on: day.On(2025, 4, 1)})
	s.grant("FJO", x, day.On(2025, 4, 2), day.On(2025, 8, 1), "")
	s.book("FJO", x, day.On(2025, 4, 3), day.On(2025, 7, 1), 9*60+30)
	s.do("FJO", x, day.On(2025, 4, 4), law.Patient, "", &referral.WishEarlier{Notice: 0})
	total, err := (&site{desk: s.d}).count(s.ctx, ledger.Query{View: "waiting", Today: today})
	if err != nil {
		t.Fatal(err)
	}

	status, h, body := download(t, srv, asked("csv"))
	if status != 200 || h.Get("Content-Disposition") != `attachment; filename="venteliste-2025-04-23.csv"` {
		t.Fatalf("csv: %d %v", status, h)
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	in.Comma = ';'
	lines, err := in.ReadAll()
	if err != nil || len(lines) != total+1 || lines[0][0] != "Saksnummer" {
		t.Fatalf("csv: %d lines for %d waiting, %v", len(lines), total, err)
	}
	if lines[0][9] != "Risiko" {
		t.Errorf("the header of the risk is %q", lines[0][9])
	}
	if last := len(lines[0]) - 1; lines[0][last] != "Tar ledig time på dager" || lines[0][last-1] != "Helfo varslet" || lines[0][last-2] != "Vurdert" {
		t.Errorf("the last headers are %q", lines[0][last-2:])
	}
	if lines[1][1] != "-13" || lines[1][2] != "2025-04-10" {
		t.Errorf("the first line is %q", lines[1])
	}

	status, _, body = download(t, srv, asked("xlsx"))
	if status != 200 {
		t.Fatalf("xlsx: %d", status)
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	cells, err := book.GetRows("Venteliste")
	if err != nil || len(cells) != total+1 {
		t.Fatalf("xlsx: %d rows, %v", len(cells), err)
	}
	formulas := 0
	for i, line := range lines[1:] {
		row := cells[i+1]
		if row[0] != line[0] || row[3] != line[3] {
			t.Errorf("row %d is %q in Excel, %q in CSV", i+1, row, line)
		}
		if strings.HasPrefix(line[3], "'=") {
			formulas++
			at, _ := excelize.CoordinatesToCellName(8, i+2)
			raw, _ := book.GetCellValue("Venteliste", at, excelize.Options{RawCellValue: true})
			if raw != "45839.395833333336" && !strings.HasPrefix(raw, "45839.3958") || row[7] != "01.07.2025 09:30" || line[7] != "2025-07-01T09:30" {
				t.Errorf("the time is %s, %q, in CSV %q", raw, row[7], line[7])
			}
		}
		if f, _ := book.GetCellFormula("Venteliste", "D"+strings.TrimLeft(itoa(i+2), " ")); f != "" {
			t.Errorf("a name is the formula %q", f)
		}
	}
	if formulas != 1 {
		t.Errorf("%d names begin like a formula, want 1", formulas)
	}

	status, _, body = download(t, srv, asked("parquet"))
	if status != 200 {
		t.Fatalf("parquet: %d", status)
	}
	rows, err := parquet.Read[parquetRow](bytes.NewReader(body), int64(len(body)))
	if err != nil || len(rows) != total {
		t.Fatalf("parquet: %d rows, %v", len(rows), err)
	}
	told, wishes := 0, 0
	for i, r := range rows {
		line := lines[i+1]
		if (r.Notified != nil) != (line[18] != "") || r.Notified != nil && day.On(1970, 1, 1).Add(int(*r.Notified)).String() != line[18] || r.Assessed == nil || day.On(1970, 1, 1).Add(int(*r.Assessed)).String() != line[17] {
			t.Errorf("row %d is %+v, in CSV %q", i, r, line)
		}
		if r.Notified != nil {
			told++
		}
		if r.WishNotice != nil {
			wishes++
			if line[19] != itoa(int(*r.WishNotice)) {
				t.Errorf("row %d takes a freed time on %d days' notice, in CSV %q", i, *r.WishNotice, line[19])
			}
		}
		if want := words.Say(words.NB, "stage."+r.Risk); line[9] != want {
			t.Errorf("row %d is at risk %q, in CSV %q", i, want, line[9])
		}
		if r.Case != lines[i+1][0] || r.Deadline == nil || day.On(1970, 1, 1).Add(int(*r.Deadline)).String() != lines[i+1][2] {
			t.Errorf("row %d is %+v, in CSV %q", i, r, lines[i+1])
		}
	}
	if told != 1 || wishes != 1 {
		t.Errorf("%d are told to Helfo and %d wish for an earlier time, want one of each", told, wishes)
	}
	file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	if text := file.Schema().String(); !strings.Contains(text, "deadline (DATE)") {
		t.Errorf("the deadline is no date:\n%s", text)
	}
}

// Without a purpose nothing leaves; with one it stands in the log of each tenant.
func TestExportHasAPurposeAndIsLogged(t *testing.T) {
	s, srv := newSite(t, Options{})
	looks := func() (n int) {
		for _, tenant := range []string{"FJO", "INN", "SUN"} {
			all, err := s.d.Ledger.Accesses(s.ctx, tenant, "", 100, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range all {
				if a.Purpose == "export_validation" {
					n++
				}
			}
		}
		return n
	}
	for _, purpose := range []string{"", "curiosity"} {
		form := asked("csv")
		form.Set("formaal", purpose)
		if status, _, body := download(t, srv, form); status != 422 || bytes.Contains(body, []byte("Saksnummer")) {
			t.Errorf("purpose %q: %d", purpose, status)
		}
	}
	if n := looks(); n != 0 {
		t.Errorf("%d looks before anything left", n)
	}
	status, _, body := download(t, srv, asked("csv", "sak", "INN/1", "sak", "FJO/1"))
	if n := bytes.Count(bytes.TrimSpace(body), []byte("\n")); status != 200 || n != 2 {
		t.Errorf("two chosen cases: %d, %d lines", status, n)
	}
	if n := looks(); n != 2 {
		t.Errorf("%d looks for two tenants", n)
	}
	for _, bad := range []url.Values{asked("csv", "sak", "x"), asked("odt"), asked("csv", "sok", "visning=x")} {
		if status, _, _ := download(t, srv, bad); status != 400 {
			t.Errorf("%v: status %d", bad, status)
		}
	}
}

// An export under way tells its own starter how far it has come, and stops when told to: the file is then cut, never short and whole.
func TestExportIsStopped(t *testing.T) {
	s := newSeed(t).fill()
	site := makeSite(s.d, Options{Demo: true})
	srv := httptest.NewServer(headers(site.routes()))
	t.Cleanup(srv.Close)
	stopped := false
	run := &exportRun{owner: "Dag Dummy", total: 20, stop: func() { stopped = true }}
	run.rows.Store(5)
	site.exports.add("N", run)
	if _, body := get(t, srv, "/liste/eksport/framdrift?nr=N"); !strings.Contains(body, `"rows":5,"total":20`) {
		t.Errorf("progress is %s", body)
	}
	run.owner = "Eva Eksempelsen"
	if _, body := get(t, srv, "/liste/eksport/framdrift?nr=N"); strings.TrimSpace(body) != "{}" {
		t.Errorf("another's progress is %s", body)
	}
	post(t, srv, "/liste/eksport/stopp", url.Values{"nr": {"N"}})
	if stopped {
		t.Error("another's export was stopped")
	}
	run.owner = "Dag Dummy"
	post(t, srv, "/liste/eksport/stopp", url.Values{"nr": {"N"}})
	if !stopped {
		t.Error("the export was not stopped")
	}
	site.exports.remove("N")
	if site.exports.of("N", "Dag Dummy") != nil {
		t.Error("an export that is done is still there")
	}
}

// A view is kept with its filter, order and columns; it can be shared, renamed and taken away by its maker alone.
func TestSavedViews(t *testing.T) {
	_, srv := newSite(t, Options{User: User{Name: "Dag Dummy", Role: law.Booking, Place: "FJO"}})
	do := func(want int, more ...string) string {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(more); i += 2 {
			form.Add(more[i], more[i+1])
		}
		res, body := post(t, srv, "/liste/visninger", form)
		if res.StatusCode != want {
			t.Fatalf("%v: %d %s", more, res.StatusCode, text(body))
		}
		return res.Header.Get("Location")
	}
	at := do(303, "gjor", "lagre", "navn", "Knær  uten time", "sok", "visning=uten-time&fag=orthopaedics&kol=gjelder&kol=nummer&side=7&sykehus=XXX", "del", "ja")
	if at != "/liste?fag=orthopaedics&kol=gjelder&kol=nummer&visning=uten-time" {
		t.Errorf("it leads to %s", at)
	}
	_, page := get(t, srv, at)
	for _, want := range []string{"Knær uten time", "FJO-", `class="c-more"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if strings.Contains(page, `class="c-appt"`) {
		t.Error("a column that was not chosen is shown")
	}
	_, page = get(t, srv, "/liste/visninger")
	id := find(t, page, `name="id" value="([^"]+)"`)
	if !strings.HasPrefix(id, "unit/FJO/") {
		t.Errorf("the view's paper is %s", id)
	}
	do(303, "gjor", "navn", "id", id, "navn", "Knær")
	do(422, "gjor", "navn", "id", id, "navn", "")
	do(422, "gjor", "lagre", "navn", strings.Repeat("x", 61))
	do(400, "gjor", "lagre", "navn", "x", "sok", "visning=zzz")
	do(404, "gjor", "slett", "id", "own/Other/1")
	do(303, "gjor", "del", "id", id)
	_, page = get(t, srv, "/liste/visninger")
	id = find(t, page, `name="id" value="([^"]+)"`)
	if !strings.HasPrefix(id, "own/") || !strings.Contains(page, "Knær") || !strings.Contains(text(page), "Bare du") {
		t.Errorf("no longer shared, it is %s", id)
	}
	do(303, "gjor", "slett", "id", id)
	if _, page = get(t, srv, "/liste/visninger"); !strings.Contains(page, "Ingen lagrede visninger") {
		t.Error("the view is still there")
	}
}

// What is seen of another's view is its name and maker; it can't be changed.
func TestAnothersSharedView(t *testing.T) {
	s := newSeed(t).fill()
	open := func(name string) *httptest.Server {
		srv := httptest.NewServer(New(s.d, Options{User: User{Name: name, Role: law.Booking, Place: "FJO"}}))
		t.Cleanup(srv.Close)
		return srv
	}
	mine, theirs := open("Dag Dummy"), open("Malin Modellsen")
	post(t, mine, "/liste/visninger", url.Values{"gjor": {"lagre"}, "navn": {"Felles"}, "del": {"ja"}})
	post(t, mine, "/liste/visninger", url.Values{"gjor": {"lagre"}, "navn": {"Egen"}})
	_, page := get(t, theirs, "/liste/visninger")
	if !strings.Contains(page, "Felles") || !strings.Contains(page, "Dag Dummy") || strings.Contains(page, "Egen") || strings.Contains(page, `name="id"`) {
		t.Error(text(page))
	}
	_, page = get(t, mine, "/liste/visninger")
	id := find(t, page, `name="id" value="(unit/[^"]+)"`)
	if res, _ := post(t, theirs, "/liste/visninger", url.Values{"gjor": {"slett"}, "id": {id}}); res.StatusCode != 404 {
		t.Errorf("another's view was taken away: %d", res.StatusCode)
	}
}

// A large number is shown at once as more than so many, and exactly when it has been counted; a small one is always of now.
func TestCountsAreNeverWaitedFor(t *testing.T) {
	s := newSeed(t).fill()
	site := makeSite(s.d, Options{Demo: true})
	q := ledger.Query{View: "waiting", Today: today}
	n, more, err := site.countAll(withHeads(s.ctx), q)
	if err != nil || more || n == 0 {
		t.Fatal(n, more, err)
	}
	x := s.receive(arrival{given: "Ny", family: "Nyansen", born: day.On(1970, 1, 1), on: day.On(2025, 4, 1)})
	s.grant("FJO", x, day.On(2025, 4, 2), day.On(2025, 8, 1), "")
	if again, _, _ := site.countAll(withHeads(s.ctx), q); again != n+1 {
		t.Errorf("after one more there are %d, before %d", again, n)
	}
	// As if there were many: the number is kept, and counted again in a while.
	old := q
	for key, e := range site.counts.kept {
		e.more, e.n, e.at = true, manyRows, time.Now().Add(-time.Minute)
		site.counts.kept[key] = e
	}
	if n, more, _ := site.countAll(withHeads(s.ctx), old); n != manyRows || !more {
		t.Errorf("a kept number is %d, more %v", n, more)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if n, more, _ := site.countAll(withHeads(s.ctx), old); !more && n < manyRows {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("it is still %d, more %v", n, more)
		}
	}
}

// find gives what a pattern's group holds on a page.
func find(t *testing.T, page, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no %s", pattern)
	}
	return m[1]
}
