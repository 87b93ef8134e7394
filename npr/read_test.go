package npr

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"rettid/day"
)

// frame puts periods into the least message there is.
func frame(inside string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Melding xmlns="http://www.npr.no/xmlstds/58_0_1_ord" versjon="58.0.1" meldingstype="B" fraDatoPeriode="2025-09-01" tilDatoPeriode="2025-09-30" uttakDato="2025-10-02" lopenr="1">` + "\n" +
		`<Institusjon institusjonID="310001376">` + "\n" + inside + "\n</Institusjon></Melding>"
}

func one(attributes, inside string) string {
	return frame(`<Objektholder pasientNr="P1">` + "\n" + `<Henvisning henvisningsperiodeID="A1" ` + attributes + ">" + inside + "</Henvisning>\n</Objektholder>")
}

func TestBadMessagesAreRefusedWithPlaceAndReason(t *testing.T) {
	good := one(`mottaksDato="2025-09-01"`, "")
	deep := strings.Repeat("<x>", 60) + strings.Repeat("</x>", 60)
	attributes := ""
	for i := range 250 {
		attributes += ` x` + strings.Repeat("y", i%20) + strings.Repeat("z", i/20) + `="1"`
	}
	for _, c := range []struct {
		name, text, code string
		line, column     int
	}{
		{"empty", "", "empty", 0, 0},
		{"blank", " \n ", "empty", 0, 0},
		{"text", "henvisninger;2025", "not-xml", 1, 1},
		{"zip", "PK\x03\x04abcdef", "compressed", 1, 1},
		{"gzip", "\x1f\x8b\x08rest", "compressed", 1, 1},
		{"utf-16", "\xff\xfe<\x00?\x00", "utf16", 1, 1},
		{"odd encoding", `<?xml version="1.0" encoding="EBCDIC-CP-NO"?><Melding/>`, "encoding", 1, 1},
		{"no UTF-8", one(`bydel="`+"\xe6"+`"`, ""), "not-utf8", 5, 0},
		{"truncated", good[:len(good)-40], "truncated", 0, 0},
		{"truncated in an element", good[:strings.Index(good, "mottaks")+5], "truncated", 5, 0},
		{"crossed", "<Melding><Institusjon institusjonID='1'></Melding></Institusjon>", "malformed", 1, 0},
		{"doctype", `<?xml version="1.0"?>` + "\n" + `<!DOCTYPE Melding [<!ENTITY a "b">]><Melding/>`, "doctype", 2, 1},
		{"external entity", `<!DOCTYPE x SYSTEM "file:///etc/passwd"><Melding/>`, "doctype", 1, 1},
		{"entity", one(`bydel="&lol;"`, ""), "entity", 5, 0},
		{"depth", frame(deep), "too-deep", 4, 115},
		{"attributes", "<Melding" + attributes + "/>", "too-many-attributes", 1, 1},
		{"attribute twice", frame(`<Objektholder pasientNr="P1" pasientNr="P2"/>`), "attribute-twice", 4, 15},
		{"long attribute", "<Melding a='" + strings.Repeat("x", maxToken+10) + "'/>", "too-long", 1, 1},
		{"long comment", "<!--" + strings.Repeat("x", maxToken+10) + "--><Melding/>", "too-long", 1, 1},
		{"two messages", good + good[strings.Index(good, "<Melding"):], "second-root", 7, 25},
		{"text behind", good + "and more", "second-root", 7, 25},
		{"another file", "<html><body/></html>", "no-message", 0, 0},
		{"other module", `<Melding xmlns="http://www.npr.no/xmlstds/58_0_1_kpp"/>`, "other-module", 1, 1},
		{"no institution number", "<Melding><Institusjon/></Melding>", "institution-missing", 1, 10},
		{"no patient", frame("<Objektholder/>"), "no-patient", 4, 1},
		{"a holder in a holder", frame(`<Objektholder pasientNr="1"><Objektholder pasientNr="2"/></Objektholder>`), "malformed", 4, 29},
		{"a period on its own", "<Henvisning henvisningsperiodeID='1'/>", "no-message", 1, 1},
		{"a message that has no date", `<Melding fraDatoPeriode="2025-13-01"/>`, "not-a-date", 1, 10},
		{"a number that is none", `<Melding lopenr="én"/>`, "not-a-number", 1, 10},
	} {
		rows := 0
		m, err := Scan(strings.NewReader(c.text), Options{}, func(*Row) error { rows++; return nil })
		var all *Problems
		if !errors.As(err, &all) || all.Total != 1 {
			t.Errorf("%s: %v (%+v), want one problem", c.name, err, m)
			continue
		}
		p := all.First[0]
		if p.Code != c.code || c.line != 0 && p.Line != c.line || c.column != 0 && p.Column != c.column {
			t.Errorf("%s: %s at %d:%d, want %s at %d:%d", c.name, p.Code, p.Line, p.Column, c.code, c.line, c.column)
		}
		if problems[p.Code] == [2]string{} {
			t.Errorf("%s: the code %s has no words", c.name, p.Code)
		}
	}
	if _, err := Scan(strings.NewReader(good), Options{MaxBytes: 100}, func(*Row) error { return nil }); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a file above the limit: %v", err)
	}
}

func TestValuesThatCantBeReadAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, attributes, inside, code, field string
		line, column                          int
	}{
		{"a date", "\n  ansienDato=\"2025-02-30\"", "", "not-a-date", "ansienDato", 6, 3},
		{"a date in Norwegian", `vurdDato="01.09.2025"`, "", "not-a-date", "vurdDato", 5, 39},
		{"a year", `fodselsar="25"`, "", "not-a-year", "fodselsar", 5, 39},
		{"a postponement", "", `<Utsettelse utsettDato="x" utsettKode="1"/>`, "not-a-date", "utsettDato", 5, 52},
		{"a flat postponement", `utsettDato21="x"`, "", "not-a-date", "utsettDato21", 5, 39},
		{"a time", "", `<Tidspunkt typeTidspunkt="31" tidspunkt="12:15"/>`, "not-a-moment", "tidspunkt", 0, 0},
		{"an identity number", `lokal="04855000860"`, "", "identity-number", "lokal", 5, 39},
		{"an identity number in a field", `bydel="04855000860"`, "", "identity-number", "bydel", 5, 39},
		{"said twice", `debitor="1" debitorHenvisning="20"`, "", "contradicts", "debitorHenvisning", 0, 0},
		{"too long", `fagomrade="` + strings.Repeat("5", 300) + `"`, "", "too-long", "fagomrade", 5, 39},
	} {
		err := Read(strings.NewReader(one(c.attributes, c.inside)), func(Period) error { return nil })
		var all *Problems
		if !errors.As(err, &all) || all.Total != 1 {
			t.Errorf("%s: %v, want one problem", c.name, err)
			continue
		}
		p := all.First[0]
		if p.Code != c.code || p.Field != c.field || p.Row != "A1" || c.line != 0 && (p.Line != c.line || p.Column != c.column) {
			t.Errorf("%s: %s of %s %s at %d:%d, want %s of %s at %d:%d", c.name, p.Code, p.Row, p.Field, p.Line, p.Column, c.code, c.field, c.line, c.column)
		}
		if strings.Contains(err.Error(), "04855000860") {
			t.Errorf("%s: the error tells an identity number", c.name)
		}
	}
	twice := frame(`<Objektholder pasientNr="P1"><Henvisning henvisningsperiodeID="A1"/></Objektholder>` + "\n" + `<Objektholder pasientNr="P2"><Henvisning henvisningsperiodeID="A1"/><Henvisning/></Objektholder>` +
		"\n" + `<Objektholder pasientNr="P1"><Henvisning henvisningsperiodeID="A2"/></Objektholder>`)
	given := 0
	err := Read(strings.NewReader(twice), func(Period) error { given++; return nil })
	var all *Problems
	if !errors.As(err, &all) || all.Total != 3 || all.First[0].Code != "id-twice" || all.First[0].Line != 5 || all.First[1].Code != "id-missing" || all.First[2].Code != "patient-twice" || given != 1 {
		t.Errorf("the same period twice: %v, %d given", err, given)
	}
}

// Others' messages: other spellings, another order, elements and attributes nobody knows, numbered attributes, another encoding, no envelope and no namespace.
func TestOthersMessagesAreRead(t *testing.T) {
	text := `<?xml version="1.0" encoding="windows-1252"?>
<npr:Melding xmlns:npr="http://www.npr.no/xmlstds/57_0_1_ord" versjon="57.0.1" fraDatoPeriode="2023-01-01" tilDatoPeriode="2023-04-30" uttakDato="2023-05-02" uttakTidspunkt="2023-05-02T06:00:00Z" lopenr="202305021234567890" nytt="ja">
<npr:Institusjon foretak="310001376" institusjonID="310001376"><npr:Ukjent><npr:Ukjent2 a="b"/></npr:Ukjent>
 <npr:Enhet reshID="123" enhetID="E1" offAvdKode="261"/><npr:Enhet enhetID="S1" orgNr="314001389"/>
 <npr:Objektholder pasientNr="77" pasientGUID="x">
  <npr:Henvisning bydel="` + "\xe6" + `" HENVISNINGSPERIODEID="9" ans_dato="2022-12-24T00:00:00" nyhenv_dato="2023-01-02" utsettDato21="2023-02-01" utsettDato3="2023-02-02" utsettKode3="3" typeTidspunkt_1="31" tidspunkt_1="2023-02-03T10:15">
   <npr:Episode episodeID="1"><npr:RefEnhet enhetID="E1" typeEnhet="2"/></npr:Episode><npr:RefEnhet typeEnhet="7" enhetID="E1"/><npr:RefEnhet typeEnhet="1" enhetID="S1"/></npr:Henvisning>
  <npr:Pasient fodselsar="1950" kjonn="2" pasientNr="77"/>
 </npr:Objektholder></npr:Institusjon></npr:Melding>`
	var got []Period
	m, err := Scan(strings.NewReader(text), Options{}, func(r *Row) error {
		for _, p := range r.Problems {
			t.Error(p)
		}
		got = append(got, r.Period)
		return nil
	})
	if err != nil || len(got) != 1 {
		t.Fatalf("%v, %d periods", err, len(got))
	}
	p := got[0]
	if p.ID != "9" || p.Patient != "77" || p.Seniority != day.On(2022, 12, 24) || p.Received != day.On(2023, 1, 2) || p.Borough != "æ" || p.BirthYear != 1950 || p.Sex != "2" || p.Site != "314001389" ||
		p.Department != "123" || p.DepartmentCode != "261" || p.Trust != "310001376" {
		t.Errorf("%+v", p)
	}
	if len(p.Postponements) != 2 || p.Postponements[0] != (Postponement{day.On(2023, 2, 1), "21"}) || p.Postponements[1].Code != "3" || len(p.Times) != 1 || p.Times[0].Type != "31" {
		t.Errorf("%+v %+v", p.Postponements, p.Times)
	}
	if m.Module != "ord" || m.Version != "57.0.1" || m.Unknown["Ukjent2"] != 1 || m.Unknown["Episode"] != 1 {
		t.Errorf("%+v", m)
	}
	latin, err := charmap.ISO8859_1.NewEncoder().String(strings.Replace(one(`bydel="Grünerløkka"`, ""), "UTF-8", "ISO-8859-1", 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := Read(strings.NewReader(latin), func(p Period) error {
		if p.Borough != "Grünerløkka" {
			t.Errorf("bydel %q", p.Borough)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := Read(strings.NewReader("\ufeff"+one("", "")), func(Period) error { return nil }); err != nil {
		t.Errorf("a byte-order mark: %v", err)
	}
}

func TestAnErrorOfTheReceiverEndsTheReading(t *testing.T) {
	stop := errors.New("enough")
	if err := Read(bytes.NewReader(message(t, 50)), func(Period) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// The published examples, read in place: the test message of another module is told apart, whatever else it holds.
func TestPublishedExamples(t *testing.T) {
	files, _ := filepath.Glob("../../shared/reference/examples/npr/*.xml")
	if len(files) == 0 {
		missing(t, "the published messages (../../shared/reference/examples/npr)")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Scan(bytes.NewReader(b), Options{}, func(*Row) error { return nil })
		var all *Problems
		if !errors.As(err, &all) || all.First[0].Code != "other-module" || all.First[0].Value != "kpp" || m.Module != "kpp" {
			t.Errorf("%s: %v", file, err)
		}
		// The same frame with the module of waiting lists is read, and its costs are left out.
		ord := bytes.Replace(b, []byte("58_0_1_kpp"), []byte("58_0_1_ord"), 1)
		ord = bytes.Replace(ord, []byte(`institusjonID="900000001"`), []byte(`institusjonID="900000001" foretakID="900000000"`), 1)
		m, err = Scan(bytes.NewReader(ord), Options{}, func(*Row) error { return nil })
		if err != nil || m.Unknown["EpisodeKPP"] == 0 || len(m.Institutions) != 3 || m.In.From != day.On(2019, 1, 1) {
			t.Errorf("%s as ord: %v %+v", file, err, m)
		}
	}
}

// Memory does not grow with the message: ten times the periods, and still less than 32 MiB at once.
func TestReadingHoldsLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	b := message(t, 60000)
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	most, n := uint64(0), 0
	err := Read(bytes.NewReader(b), func(Period) error {
		if n++; n%10000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
		return nil
	})
	if err != nil || n != 60000 {
		t.Fatal(err, n)
	}
	if most > 32<<20 {
		t.Errorf("%d MiB held while %d MiB were read", most>>20, len(b)>>20)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(one(`mottaksDato="2025-09-01"`, `<Utsettelse utsettDato="2025-09-02" utsettKode="1"/>`)))
	f.Add([]byte(one(`bydel="&#230;"`, "<x/>")))
	f.Add([]byte("\ufeff<Melding/>"))
	f.Add([]byte(`<?xml version="1.0" encoding="windows-1252"?><Melding/>`))
	f.Add(message(f, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got []Period
		err := Read(bytes.NewReader(b), func(p Period) error { got = append(got, p); return nil })
		if err != nil {
			var all *Problems
			if !errors.As(err, &all) || all.Total == 0 || all.First[0].Code == "" {
				t.Fatalf("an error that is no problem: %v", err)
			}
			return
		}
		// What can be read can be written, and is then the same.
		var out bytes.Buffer
		w := NewWriter(&out, &testHead, DefaultNames())
		for i := range got {
			got[i].Institution, got[i].Trust = testHead.Institution, testHead.Trust
			if i > 0 && got[i].Patient == got[i-1].Patient {
				continue
			}
			if err := w.Write(&got[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Scan(&out, Options{}, func(*Row) error { return nil }); err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	f.Add([]byte(`<AppRec><Status V="2"/><Error V="E21" S="2.16.578.1.12.4.1.1.8221"/><OriginalMsgId><Id>1</Id></OriginalMsgId></AppRec>`))
	f.Add([]byte(`<Melding xmlns="http://www.npr.no/xmlstds/53_1_3_err" lopenr="4"><Henvisning henvisningsperiodeID="A1"><Feil feilkode="12" beskrivelse="x"/></Henvisning></Melding>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadReceipt(bytes.NewReader(b))
		if err == nil && r.Of == "" && r.Number == "" {
			t.Fatal("a receipt of nothing")
		}
	})
}

// missing skips, or fails where everything must be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("RETTID_REQUIRE_ALL") == "1" && !strings.Contains(what, "published") {
		t.Fatalf("%s is not here, and RETTID_REQUIRE_ALL=1", what)
	}
	t.Skipf("%s is not here", what)
}
