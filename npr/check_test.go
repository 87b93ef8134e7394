package npr

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rettid/day"
)

// sound is a period with nothing to say of it, waiting at the end of September 2025.
func sound() Period {
	return Period{ID: "A1", Patient: "P1", Sex: "2", BirthYear: 1950, Municipality: "0301", Seniority: day.On(2025, 9, 1), Received: day.On(2025, 9, 3), Assessed: day.On(2025, 9, 10), Outcome: "10", Right: "3",
		Deadline: day.On(2025, 12, 1), From: Party{Service: "28"}, Specialty: "050", CareLevel: "3", Debtor: "1", Helfo: "1", Sector: "4", Institution: "310001376", Site: "314001389", SecondOpinion: "2"}
}

// Each rule of content with what brings it out, and nothing else; every rule has its line here.
func TestRulesOfContent(t *testing.T) {
	d := day.On
	tried := make(map[string]bool)
	for _, c := range []struct {
		code, field string
		change      func(p *Period)
		also        string // another rule that must speak with it
	}{
		{"start-missing", "ansienDato", func(p *Period) { p.Seniority, p.Received = day.Day{}, day.Day{} }, "excluded"},
		{"seniority-missing", "ansienDato", func(p *Period) { p.Seniority = day.Day{} }, ""},
		{"received-missing", "mottaksDato", func(p *Period) { p.Received = day.Day{} }, ""},
		{"seniority-after-received", "ansienDato", func(p *Period) { p.Seniority = d(2025, 9, 4) }, ""},
		{"future", "vurdDato", func(p *Period) { p.Assessed = d(2025, 10, 3) }, "excluded"},
		{"future", "sluttDato", func(p *Period) { p.WaitEnd, p.EndCode, p.End = d(2025, 9, 20), "1", d(2026, 1, 1) }, ""},
		{"assessed-before-start", "vurdDato", func(p *Period) { p.Assessed = d(2025, 8, 31) }, ""},
		{"assessed-without-right", "rettTilHelsehjelp", func(p *Period) { p.Right, p.Deadline = "", day.Day{} }, ""},
		{"right-without-assessed", "rettTilHelsehjelp", func(p *Period) { p.Assessed = day.Day{} }, "excluded"},
		{"outcome-missing", "henvType", func(p *Period) { p.Outcome = "" }, ""},
		{"deadline-missing", "fristStartBehandling", func(p *Period) { p.Deadline = day.Day{} }, ""},
		{"deadline-without-right", "fristStartBehandling", func(p *Period) { p.Right = "5" }, "excluded"},
		{"deadline-before-start", "fristStartBehandling", func(p *Period) { p.Deadline = d(2025, 8, 1) }, ""},
		{"end-without-code", "ventetidSluttDato", func(p *Period) { p.WaitEnd = d(2025, 9, 20) }, "excluded"},
		{"code-without-end", "ventetidSluttKode", func(p *Period) { p.EndCode = "2" }, ""},
		{"end-before-start", "ventetidSluttDato", func(p *Period) { p.WaitEnd, p.EndCode = d(2025, 8, 30), "9" }, "excluded"},
		{"start-before-assessed", "ventetidSluttDato", func(p *Period) { p.WaitEnd, p.EndCode = d(2025, 9, 5), "1" }, ""},
		{"started-without-right", "ventetidSluttKode", func(p *Period) { p.Right, p.Deadline, p.WaitEnd, p.EndCode = "5", day.Day{}, d(2025, 9, 20), "1" }, "excluded"},
		{"period-ended-before-wait", "sluttDato", func(p *Period) { p.WaitEnd, p.EndCode, p.End = d(2025, 9, 20), "1", d(2025, 9, 19) }, ""},
		{"period-ended-waiting", "sluttDato", func(p *Period) { p.End = d(2025, 9, 19) }, ""},
		{"postponement-incomplete", "utsettDato", func(p *Period) { p.Postponements = []Postponement{{Code: "1"}} }, ""},
		{"postponement-before-start", "utsettDato", func(p *Period) { p.Postponements = []Postponement{{d(2025, 8, 1), "1"}} }, ""},
		{"postponement-after-end", "utsettDato", func(p *Period) {
			p.WaitEnd, p.EndCode, p.Postponements = d(2025, 9, 20), "1", []Postponement{{d(2025, 9, 21), "1"}}
		}, ""},
		{"code-unknown", "ventetidSluttKode", func(p *Period) { p.WaitEnd, p.EndCode = d(2025, 9, 20), "6" }, ""},
		{"code-unknown", "utsettKode", func(p *Period) { p.Postponements = []Postponement{{d(2025, 9, 11), "2"}} }, ""},
		{"code-unknown", "typeTidspunkt", func(p *Period) { p.Times = []Time{{"99", day.Moment{Day: d(2025, 9, 11)}}} }, ""},
		{"code-unknown", "fagomrade", func(p *Period) { p.Specialty = "50" }, ""},
		{"code-unknown", "henvTypeEldre", func(p *Period) { p.OutcomeOld = "8" }, ""},
		{"code-retired", "rettTilHelsehjelp", func(p *Period) { p.Right, p.Deadline = "4", day.Day{} }, ""},
		{"code-retired", "henvType", func(p *Period) { p.Outcome = "1" }, ""},
		{"helfo-contradicts", "varslingHelfo", func(p *Period) { p.Times = []Time{{"31", day.Moment{Day: d(2025, 9, 11)}}} }, ""},
		{"helfo-without-time", "varslingHelfo", func(p *Period) { p.Helfo = "2" }, ""},
		{"helfo-agreed-without-time", "varslingHelfo", func(p *Period) { p.Helfo = "3" }, ""},
		{"code-retired", "henvFraTjeneste", func(p *Period) { p.From.Service = "43" }, ""},
		{"code-retired", "fagomrade", func(p *Period) { p.Specialty = "231" }, ""},
		{"code-retired", "debitorHenvisning", func(p *Period) { p.Debtor = "42" }, ""},
		{"missing", "fagomrade", func(p *Period) { p.Specialty = "" }, ""},
		{"missing", "henvFraTjeneste", func(p *Period) { p.From.Service = "" }, ""},
		{"missing", "fodselsar", func(p *Period) { p.BirthYear = 0 }, ""},
		{"born-after", "fodselsar", func(p *Period) { p.BirthYear = 2026 }, ""},
		{"age", "fodselsar", func(p *Period) { p.BirthYear = 1899 }, ""},
		{"municipality", "komNrHjem", func(p *Period) { p.Municipality = "301" }, ""},
		{"municipality", "bydel", func(p *Period) { p.Borough = "0301" }, ""},
		{"org-number", "institusjonID", func(p *Period) { p.Institution = "310001377" }, ""},
		{"site-missing", "behandlingsstedKode", func(p *Period) { p.Site = "" }, ""},
		{"identity-number", "pasientNr", func(p *Period) { p.Patient = "04855000860" }, ""},
		{"excluded", "", func(p *Period) { p.Right, p.Deadline = "6", day.Day{} }, ""},
	} {
		tried[c.code] = true
		p := sound()
		c.change(&p)
		k := NewChecker(&testHead, nil)
		var got []string
		for _, f := range k.Check(&p, 5, 1, nil) {
			if f.Code == c.also {
				continue
			}
			got = append(got, f.Code+" "+f.Field)
			if f.Row != "A1" || f.Line != 5 || f.Cite == "" || f.Severity == "" {
				t.Errorf("%+v", f)
			}
			if strings.Contains(f.Value, "04855000860") {
				t.Error("a finding tells an identity number")
			}
		}
		if len(got) != 1 || got[0] != c.code+" "+c.field {
			t.Errorf("%v, want %s %s", got, c.code, c.field)
		}
	}
	for _, r := range Rules() {
		if !tried[r.Code] {
			t.Errorf("nothing brings out the rule %s", r.Code)
		}
	}
	for _, change := range []func(p *Period){func(*Period) {}, func(p *Period) { p.CareLevel, p.Debtor = "", "" },
		func(p *Period) { p.WaitEnd, p.EndCode, p.Attended = d(2025, 9, 20), "1", d(2025, 9, 20) }} {
		p := sound()
		change(&p)
		k := NewChecker(&testHead, nil)
		if got := k.Check(&p, 0, 0, nil); len(got) != 0 || (k.Summary.Empty["omsNivaHenv"] == 1) != (p.CareLevel == "") {
			t.Errorf("of a sound period: %+v %v", got, k.Summary.Empty)
		}
	}
	p := sound()
	if n := testing.AllocsPerRun(100, func() {
		k.Check(&p, 0, 0, nil)
	}); n > 0 {
		t.Errorf("checking a sound period takes %v allocations", n)
	}
}

var k = NewChecker(&testHead, nil)

// The exclusion codes of data set A (rules 12.3), as the message's summary counts them.
func TestExclusionsOfDataSetA(t *testing.T) {
	d := day.On
	h := Head{In: day.Period{From: d(2024, 5, 1), To: d(2024, 5, 31)}}
	c := NewChecker(&h, nil)
	for _, p := range []Period{
		{ID: "A1", Seniority: d(2024, 3, 1), Received: d(2024, 3, 1), Assessed: d(2024, 3, 8), Right: "3", WaitEnd: d(2024, 5, 21), EndCode: "1"},
		{ID: "A6", Seniority: d(2024, 5, 2), Received: d(2024, 5, 2), Assessed: d(2024, 5, 10), Right: "5"},
		{ID: "A7", Seniority: d(2024, 5, 20), Received: d(2024, 5, 20)},
		{ID: "A9", Seniority: d(2024, 5, 13), Received: d(2024, 5, 13), Assessed: d(2024, 5, 14), Right: "3", WaitEnd: d(2024, 5, 14), EndCode: "1"},
		{ID: "A12", Seniority: d(2024, 5, 6), Received: d(2024, 4, 30), Assessed: d(2024, 5, 8), Right: "3", WaitEnd: d(2024, 5, 31), EndCode: "1"},
	} {
		c.Check(&p, 0, 0, nil)
	}
	s := c.Summary
	if s.Counted != 2 || len(s.Excluded) != 3 || s.Excluded["31"] != 1 || s.Excluded["20"] != 1 || s.Excluded["12"] != 1 {
		t.Errorf("%+v", s)
	}
}

// The envelope keeps the schemas: MsgHead by MsgHead 1.2, and Melding down to the patient by the one module whose schema is open, in which our periods have no place.
func TestEnvelopeKeepsTheSchemas(t *testing.T) {
	kith, npr := "../../shared/reference/xsd/kith/driver-all.xsd", "../../shared/reference/xsd/npr/NPR(kpp).xsd"
	if _, err := os.Stat(kith); err != nil {
		missing(t, "the published schemas (../../shared/reference/xsd)")
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		missing(t, "xmllint (libxml2-utils)")
	}
	for name, b := range map[string][]byte{"first": message(t, 20), "again": func() []byte {
		h := testHead
		h.Parent, h.Thread, h.Test = "a-message-before", "the-first", true
		var out bytes.Buffer
		w := NewWriter(&out, &h, DefaultNames())
		synthetic(1, 3, func(p *Period) { w.Write(p) })
		w.Close()
		return out.Bytes()
	}()} {
		from, to := bytes.Index(b, []byte("<Melding ")), bytes.Index(b, []byte("</Melding>"))+len("</Melding>")
		validate(t, name+" envelope", kith, append(append([]byte{}, b[:from]...), b[to:]...))
		inner := string(b[from:to])
		inner = strings.ReplaceAll(inner, "58_0_1_ord", "58_0_1_kpp")
		inner = regexp.MustCompile(`(?s)<Henvisning .*?(/>|</Henvisning>)\n`).ReplaceAllStringFunc(inner, func(string) string { return "" })
		inner = regexp.MustCompile(`<(Henvisning|Enhet|Pasient|Kontaktperson) [^\n]*\n`).ReplaceAllString(inner, "")
		validate(t, name+" message", npr, []byte(inner))
	}
}

func validate(t *testing.T, what, schema string, b []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "message.xml")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("xmllint", "--nonet", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%s does not keep %s: %v\n%.1500s", what, schema, err, out)
	}
}

func TestReceipts(t *testing.T) {
	files, _ := filepath.Glob("../../shared/reference/examples/apprec/*.xml")
	if len(files) == 0 {
		missing(t, "the published receipts (../../shared/reference/examples/apprec)")
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ReadReceipt(f)
		f.Close()
		if strings.Contains(file, "missing-") { // has no status: nobody can tell whether the message was taken
			var all *Problems
			if !errors.As(err, &all) || all.First[0].Code != "status" {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		if err != nil || r.Kind != "apprec" || r.Of == "" || r.Status == "" {
			t.Errorf("%s: %v %+v", file, err, r)
			continue
		}
		if strings.Contains(file, "avvist") && (!r.Rejected() || len(r.Errors) != 1 || r.Errors[0] != (ReceiptError{Code: "E21", List: "8221", Text: "Legen har sluttet"}) || r.Of != "a6967e6a-8c0a-4be4-a647-c921d3086423") {
			t.Errorf("%s: %+v", file, r)
		}
	}
	report := `<MsgHead xmlns="` + nsMsgHead + `"><MsgInfo><MsgId>r1</MsgId><GenDate>2025-10-03T08:00:00</GenDate><ConversationRef><RefToParent>m1</RefToParent></ConversationRef></MsgInfo><Document><RefDoc><Content>
<Melding xmlns="http://www.npr.no/xmlstds/53_1_3_err" lopenr="9"><Institusjon institusjonID="310001376"><Henvisning henvisningsperiodeID="A1"><Feil feilkode="212" feilklasse="B" attributt="vurdDato" beskrivelse="Vurdert før mottatt 04855000860"/></Henvisning>
<Feilmelding feilkode="3" tekst="Løpenummer"/></Institusjon></Melding></Content></RefDoc></Document></MsgHead>`
	r, err := ReadReceipt(strings.NewReader(report))
	if err != nil || r.Kind != "report" || r.Of != "m1" || r.Number != "9" || r.Status != "3" || len(r.Errors) != 2 || r.Errors[0] != (ReceiptError{Code: "212", Class: "B", Text: "Vurdert før mottatt …", Row: "A1", Field: "vurdDato"}) ||
		r.Errors[1].Row != "" {
		t.Errorf("%v %+v", err, r)
	}
	for _, bad := range []string{"", "x", "<a/>", "<!DOCTYPE a><AppRec/>", "<AppRec><Status V='7'/></AppRec>", "<AppRec><Status V='1'/></AppRec>", one("", ""), "<AppRec>"} {
		if _, err := ReadReceipt(strings.NewReader(bad)); err == nil {
			t.Errorf("%.40q was taken as a receipt", bad)
		}
	}
}
