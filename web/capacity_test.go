package web

import (
	"bytes"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

func TestReadWeek(t *testing.T) {
	for word, want := range map[string]string{"2025-W17": "2025-04-21", "2026-W01": "2025-12-29", "2020-W53": "2020-12-28", "2025-W53": "", "2025-W00": "", "2025-17": "", "": "", "x-Wy": ""} {
		d, ok := readWeek(word)
		if ok != (want != "") || d.String() != want {
			t.Errorf("%q is %s, %v; want %q", word, d, ok, want)
		}
		if ok && weekWord(d) != word {
			t.Errorf("%q is written %q", word, weekWord(d))
		}
	}
	for i := range 15 {
		if d := day.On(2025, 4, 10).Add(i); mondayOf(d).Weekday() != 1 || d.Sub(mondayOf(d)) > 6 || d.Sub(mondayOf(d)) < 0 {
			t.Errorf("%s: the Monday is %s", d, mondayOf(d))
		}
	}
}

func TestWeekSpan(t *testing.T) {
	v := &view{frame: &frame{Lang: words.NB, Today: day.On(2026, 3, 16)}}
	for _, tt := range []struct {
		from day.Day
		want string
	}{{day.On(2026, 3, 16), "Uke 12–23"}, {day.On(2026, 11, 16), "Uke 47 2026–uke 5 2027"}, {day.On(2027, 1, 11), "Uke 2–13 2027"}} {
		if got := v.weekSpan(tt.from, tt.from.Add(11*7)); got != tt.want {
			t.Errorf("twelve weeks from %s are %q, want %q", tt.from, got, tt.want)
		}
	}
}

// Numbers of a week are links to as many rows; what a unit can take is kept and read back, by hand and from a file.
func TestCapacity(t *testing.T) {
	s, srv := newSite(t, Options{})
	_, page := get(t, srv, "/kapasitet?sykehus=FJO")
	links := 0
	for _, m := range strings.Split(page, `<a href="/liste?`)[1:] {
		href, rest, _ := strings.Cut(m, `"`)
		_, n, _ := strings.Cut(rest, ">")
		n, _, _ = strings.Cut(n, "<")
		_, list := get(t, srv, "/liste?"+strings.ReplaceAll(href, "&amp;", "&"))
		if got := strings.Count(list, `class="c-name"`) - 1; itoa(got) != strings.TrimSpace(n) {
			t.Errorf("%s leads to %d rows, not %s", href, got, n)
		}
		links++
	}
	if links < 5 {
		t.Fatalf("%d numbers are links:\n%s", links, text(page))
	}
	edit := "/kapasitet/endre?sykehus=FJO&enhet=FJO-01&uke=2025-W17"
	_, page = get(t, srv, edit)
	form := filled(t, page, "2025-W18", "7", "2025-W19", "0")
	if res, body := post(t, srv, "/kapasitet/endre", form); res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	paper, ok, err := s.d.Ledger.Paper(s.ctx, "FJO", capacityKind, "FJO/FJO-01/2025-W18")
	if err != nil || !ok || string(paper.Body) != `{"starts":7}` {
		t.Errorf("%v %v %s", err, ok, paper.Body)
	}
	// The same form sent again by one who had not seen that: nothing is overwritten.
	form.Set("2025-W18", "9")
	if res, body := post(t, srv, "/kapasitet/endre", form); res.StatusCode != 422 || !strings.Contains(text(body), "Noen andre har endret dette til 7") {
		t.Errorf("%d %s", res.StatusCode, text(body))
	}
	form = filled(t, page, "2025-W18", "mange")
	if res, _ := post(t, srv, "/kapasitet/endre", form); res.StatusCode != 422 {
		t.Errorf("letters as a number: %d", res.StatusCode)
	}
	send := func(csv string) (int, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		m.WriteField("sykehus", "FJO")
		w, _ := m.CreateFormFile("fil", "k.csv")
		w.Write([]byte(csv))
		m.Close()
		res, err := srv.Client().Post(srv.URL+"/kapasitet/fil", m.FormDataContentType(), &b)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var out bytes.Buffer
		out.ReadFrom(res.Body)
		return res.StatusCode, text(out.String())
	}
	if status, got := send("enhet;uke;starter\nFJO-01;2025-W20;11\nortopedisk poliklinikk;2025-W21;12\n"); status != 200 || !strings.Contains(got, "2 uker er tatt inn") {
		t.Errorf("%d %s", status, got)
	}
	for csv, want := range map[string]string{"enhet;uke;starter\nFJO-01;2025-W22;11\nXXX;2025-W20;1\n": "Linje 3: enheten finnes ikke", "enhet;uke;starter\nFJO-01;uke 20;1\n": "Linje 2: uken", "enhet;uke;starter\nFJO-01;2025-W20;-1\n": "Linje 2: antallet",
		"a;b\n1;2\n": "Linje 1 kan ikke leses"} {
		if status, got := send(csv); status != 422 || !strings.Contains(got, want) {
			t.Errorf("%q: %d, lacks %q: %s", csv, status, want, got)
		}
	}
	if _, ok, _ := s.d.Ledger.Paper(s.ctx, "FJO", capacityKind, "FJO/FJO-01/2025-W22"); ok {
		t.Error("half a file was taken in")
	}
	_, page = get(t, srv, "/kapasitet?sykehus=FJO&sak=FJO/"+itoa(int(s.tens["Fiktiv"])))
	href := find(t, page, `href="(/sak/FJO/\d+/gjor/book\?[^"]+)"`)
	_, page = get(t, srv, strings.ReplaceAll(href, "&amp;", "&"))
	if !strings.Contains(page, `value="periode" checked`) || !strings.Contains(page, `name="fra" value="23.04.2025"`) {
		t.Errorf("the form is not filled in from %s", href)
	}
	for _, bad := range []string{"/kapasitet?uke=x", "/kapasitet?uke=1999-W01"} {
		if status, _ := get(t, srv, bad); status != 400 {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

func FuzzReadCapacity(f *testing.F) {
	f.Add([]byte("enhet;uke;starter\nU;2025-W20;11\n"))
	f.Add([]byte("enhet,uke,starter\n\"U\",2025-W20,2\n"))
	f.Add([]byte("\xff\xfe"))
	units := []clinic.Unit{{ID: "U", Name: "Enhet"}}
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := readCapacity(bytes.NewReader(b), units)
		for _, x := range rows {
			if err != nil || x.unit != "U" || x.monday.Weekday() != 1 || x.starts < 0 || x.starts > mostStarts {
				t.Fatalf("%+v, %v", x, err)
			}
		}
	})
}

// A time that is moved away from is offered to the nearest deadline it suits; one click books it; then it is gone.
func TestFreedSlotGoesToTheNearestDeadline(t *testing.T) {
	s, srv := newSite(t, Options{})
	// The time of 24 April that the hospital moved in the seed: its candidates are those past or nearest to their deadlines.
	_, page := get(t, srv, "/ledige?sykehus=FJO")
	if a, b := strings.Index(page, "Påfunnsen, Per"), strings.Index(page, "Attrapp, Arne"); a < 0 || b < a {
		t.Fatal(text(page))
	}
	if res, _ := post(t, srv, "/ledige", url.Values{"gjor": {"fjern"}, "sykehus": {"FJO"}, "id": {find(t, page, `name="id" value="([^"]+)"`)}}); res.StatusCode != 303 {
		t.Fatal("it was not taken away")
	}
	if _, page := get(t, srv, "/ledige?sykehus=FJO"); !strings.Contains(page, "Ingen ledige timer") {
		t.Fatal(text(page))
	}
	old := s.state("FJO", s.tens["Åpenbart"]).Appointment // 8 May, 09.30
	s.do("FJO", s.tens["Åpenbart"], today, law.Booking, "Malin Modellsen", &referral.Postpone{By: law.ByProvider, To: day.On(2025, 5, 9), Minute: 10*60 + 1})
	_, page = get(t, srv, "/ledige?sykehus=FJO")
	if !strings.Contains(page, "Påfunnsen, Per") || strings.Contains(page, "Kulisse, Kjell") || !strings.Contains(page, "timen er flyttet") {
		t.Fatalf("the slot is offered to %s", text(page))
	}
	// The deadline of Påfunnsen is broken already: any time is late, so it is warned of in the form, and nothing is booked by the click.
	id, sak := find(t, page, `name="id" value="([^"]+)"`), "FJO/"+itoa(int(s.tens["Kladd"]))
	send := func(sak string, seq int) (*http.Response, string) {
		return post(t, srv, "/ledige", url.Values{"gjor": {"sett"}, "sykehus": {"FJO"}, "id": {id}, "sak": {sak}, "seq": {itoa(seq)}})
	}
	res, _ := send("FJO/"+itoa(int(s.tens["over"])), s.state("FJO", s.tens["over"]).Seq)
	if to := res.Header.Get("Location"); res.StatusCode != 303 || !strings.Contains(to, "/gjor/book?") || !strings.Contains(to, "klokke=09.30") {
		t.Errorf("%d %s", res.StatusCode, to)
	}
	// The deadline of Fiktiv, 29 April, is nearer than the slot: it is not offered there.
	if res, _ := send("FJO/"+itoa(int(s.tens["Fiktiv"])), s.state("FJO", s.tens["Fiktiv"]).Seq); res.StatusCode != 409 {
		t.Errorf("offered past a deadline that can be kept: %d", res.StatusCode)
	}
	for _, name := range []string{"over", "Fiktiv"} {
		if x := s.state("FJO", s.tens[name]); !x.Appointment.IsZero() {
			t.Errorf("a time after the deadline of %s was booked without its warning", name)
		}
	}
	dikt := s.tens["Dikt"] // deadline 9 June
	sak = "FJO/" + itoa(int(dikt))
	if res, _ := send(sak, 1); res.StatusCode != 409 {
		t.Errorf("on a case that has moved on: %d", res.StatusCode)
	}
	res, body := send(sak, s.state("FJO", dikt).Seq)
	if to := res.Header.Get("Location"); res.StatusCode != 303 || !strings.HasSuffix(to, "gjort=1") {
		t.Fatalf("%d %s %s", res.StatusCode, to, text(body))
	}
	if a := s.state("FJO", dikt).Appointment; a.From != old.From || a.Minute != old.Minute {
		t.Errorf("booked at %+v, want %+v", a, old)
	}
	if _, slots, _ := s.d.Slots(s.ctx, "FJO", ""); len(slots) != 0 {
		t.Errorf("the slot is still free: %+v", slots)
	}
	if res, _ := send(sak, 1); res.StatusCode != 409 {
		t.Errorf("a slot that is gone: %d", res.StatusCode)
	}
	// Staff add one and take it away.
	if res, body := post(t, srv, "/ledige", url.Values{"gjor": {"legg"}, "sykehus": {"FJO"}, "enhet": {"FJO-01 orthopaedics"}, "dag": {"02.05.2025"}, "klokke": {"8.00"}}); res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	_, page = get(t, srv, "/ledige?sykehus=FJO")
	id = find(t, page, `name="id" value="([^"]+)"`)
	if res, _ := post(t, srv, "/ledige", url.Values{"gjor": {"fjern"}, "sykehus": {"FJO"}, "id": {id}}); res.StatusCode != 303 {
		t.Error("it was not taken away")
	}
	if res, _ := post(t, srv, "/ledige", url.Values{"gjor": {"legg"}, "sykehus": {"FJO"}, "enhet": {""}, "dag": {"01.01.2020"}}); res.StatusCode != 422 {
		t.Errorf("a slot in the past at no unit: %d", res.StatusCode)
	}
}

// The capacity of a trust is its own: one who works elsewhere neither sees nor changes it.
func TestCapacityIsOnesOwn(t *testing.T) {
	s := newSeed(t).fill()
	srv := httptest.NewServer(New(s.d, Options{User: User{Name: "Eva Eksempelsen", Role: law.Booking, Place: "SUN"}}))
	t.Cleanup(srv.Close)
	if _, page := get(t, srv, "/kapasitet?sykehus=FJO"); strings.Contains(page, "FJO-01") || !strings.Contains(page, "Sundet sykehus ·") {
		t.Error("another hospital's capacity is shown")
	}
}

// A time that was freed, and could not be kept to be offered to others, is told of where the one who freed it looks next.
func TestFreedTimeThatIsNotOfferedIsTold(t *testing.T) {
	s, srv := newSite(t, Options{})
	st := makeSite(s.d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)})
	if st.slotFault("FJO", desk.Outcome{}) != "" || st.slotFault("FJO", desk.Outcome{SlotFault: errors.New("no room")}) != "&ledig=nei" {
		t.Error("a freed time that was lost is not told of, or one that was kept is")
	}
	id := s.tens["Liksom"]
	at := caseURL("FJO", id) + "?gjort=" + itoa(s.state("FJO", id).Seq)
	for _, path := range []string{at, "/ledige?sykehus=FJO&gjort=1"} {
		const says = "Den gamle timen ble ledig men kom ikke med blant ledige timer."
		if _, page := get(t, srv, path); strings.Contains(text(page), says) {
			t.Errorf("%s tells of it when nothing was lost", path)
		}
		if _, page := get(t, srv, path+"&ledig=nei"); !strings.Contains(text(page), says) {
			t.Errorf("%s does not tell: %s", path, text(page))
		}
	}
}
