package npr

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rettid/day"
)

// synthetic makes n made-up periods of the kinds there are, the same for the same seed. Patients have one or a few.
func synthetic(seed uint64, n int, each func(*Period)) {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	who := 0
	for i := 0; i < n; {
		who++
		born, sex, home := 1930+r.IntN(95), pick("1", "2"), pick("0301", "4601", "5001", "1804")
		for range 1 + r.IntN(3) {
			if i == n {
				break
			}
			i++
			received := day.On(2025, 1, 1).Add(r.IntN(270))
			p := Period{
				ID: fmt.Sprintf("FJO-%d", i), Patient: fmt.Sprintf("P%08d", who), Sex: sex, BirthYear: min(born, received.Year()), Municipality: home, Seniority: received, Received: received,
				From: Party{Service: "28", Institution: "310012106"}, Specialty: pick("050", "300", "320", "100", "240"), Debtor: "1", CareLevel: "3", SecondOpinion: "2", Sector: "4",
				Institution: "310001376", Trust: "310001376", Site: "314001389", Unit: "9960000", Department: "9980111",
			}
			if r.IntN(10) > 0 {
				p.Assessed, p.Right, p.Outcome = received.Add(r.IntN(12)), "3", "10"
				if r.IntN(12) == 0 {
					p.Right = "5"
				}
			}
			if p.Right == "3" {
				p.Deadline, p.Helfo = received.Add(60+r.IntN(100)), "1"
				if r.IntN(3) > 0 {
					p.WaitEnd, p.EndCode = p.Assessed.Add(r.IntN(30)), "1"
					p.Attended, p.Allocated = p.WaitEnd, p.WaitEnd
				}
				if r.IntN(8) == 0 {
					p.Postponements = []Postponement{{p.Assessed, pick("1", "22", "3")}}
				}
				if r.IntN(20) == 0 {
					p.Helfo, p.Times = "2", []Time{{"31", day.Moment{Day: p.Assessed, Minute: day.NoClock}}}
				}
			}
			each(&p)
		}
	}
}

var testHead = Head{
	In: day.Period{From: day.On(2025, 9, 1), To: day.On(2025, 9, 30)}, Made: time.Date(2025, 10, 2, 7, 30, 0, 0, oslo), Number: 9, ID: "6b29fc40-ca47-1067-b31d-00dd010662da", Local: "FJO/2025-09",
	System: "Rettid", SystemVersion: "1.0", Sender: Org{Name: "Storevang universitetssykehus HF", OrgNr: "310001376", HERID: "9990111"}, Receiver: Org{Name: "Norsk pasientregister", HERID: "9990999"},
	Contact: Contact{Name: "Dag Dummy", Phone: "00 00 00 00", Email: "dag.dummy@example.no"}, Institution: "310001376", Trust: "310001376",
	Units: []Unit{{ID: "314001389", OrgNr: "314001389", Name: "Storevang nord"}, {ID: "9960000", ResHID: "9960000", Name: "Ortopedisk poliklinikk"}, {ID: "9980111", ResHID: "9980111", Name: "Storevang"}},
}

func message(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, &testHead, DefaultNames())
	synthetic(7, n, func(p *Period) {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The message as it leaves, to be looked at: go test ./npr -run Golden -update draws it anew.
func TestGoldenMessage(t *testing.T) {
	got := message(t, 12)
	golden(t, "testdata/ord.xml", got)
	var b bytes.Buffer
	err := WriteIdentities(&b, &testHead, func(yield func(Identity) error) error {
		return errors.Join(yield(Identity{"P00000001", "04855000860", "FNR"}), yield(Identity{"P00000002", "80000000860", "FHN"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/ide.xml", b.Bytes())
	for _, secret := range []string{"04855000860", "80000000860"} {
		if bytes.Contains(got, []byte(secret)) {
			t.Error("an identity number stands in the message of periods")
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another than what is written now; look at the difference, then -update", file)
	}
}

// drawPeriod draws any period, sensible or not: what can be held can be written and read again.
func drawPeriod(t *rapid.T, i int) Period {
	text := rapid.StringMatching(`[A-Za-zÆØÅæøå0-9 <>&"'.-]{0,12}`)
	date := rapid.Custom(func(t *rapid.T) day.Day {
		if rapid.IntRange(0, 3).Draw(t, "none") == 0 {
			return day.Day{}
		}
		return day.On(1900, 1, 1).Add(rapid.IntRange(0, 109000).Draw(t, "day"))
	})
	var p Period
	for f := fID; f < fields; f++ {
		switch {
		case f == fDepartmentCode || f == fRegion || f == fInstitution || f == fTrust:
		case p.text(f) != nil:
			*p.text(f) = strings.TrimSpace(text.Draw(t, keys[f]))
		case p.date(f) != nil:
			*p.date(f) = date.Draw(t, keys[f])
		}
	}
	p.ID, p.Patient = fmt.Sprintf("R%d", i), fmt.Sprintf("P%d", i/2)
	p.Institution, p.Trust = "310001376", "310001376"
	p.Sex, p.BirthYear = "1", 1950+i/2%50
	p.Municipality = "0301"
	for range rapid.IntRange(0, 3).Draw(t, "postponements") {
		p.Postponements = append(p.Postponements, Postponement{day.On(2020, 1, 1).Add(rapid.IntRange(0, 2000).Draw(t, "on")), rapid.SampledFrom([]string{"1", "21", "22", "3", "4", "5", "6"}).Draw(t, "code")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "times") {
		p.Times = append(p.Times, Time{rapid.SampledFrom([]string{"31", "32", "21"}).Draw(t, "type"), day.Moment{Day: day.On(2020, 3, 1).Add(rapid.IntRange(0, 20).Draw(t, "at")), Minute: int16(rapid.SampledFrom([]int{-1, 0, 735}).Draw(t, "minute"))}})
	}
	return p
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		head := testHead
		head.Units = nil
		var want, got []Period
		var direct, batched bytes.Buffer
		w := NewWriter(&direct, &head, DefaultNames())
		batch := NewBatch(new(Memory), DefaultNames())
		for i := range n {
			p := drawPeriod(t, i)
			want = append(want, p)
			if err := errors.Join(w.Write(&p), batch.Add(&p)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), batch.WriteTo(&batched, &head)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(direct.Bytes(), batched.Bytes()) {
			t.Fatal("a batch in order of patient and a message written in that order differ")
		}
		if err := Read(bytes.NewReader(direct.Bytes()), func(p Period) error { got = append(got, p); return nil }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b day.Day) bool { return a == b })); diff != "" {
			t.Fatalf("written and read (-want +got):\n%s", diff)
		}
	})
}

// A batch puts the periods of a patient together, whatever order they came in.
func TestBatchGathersPatients(t *testing.T) {
	batch := NewBatch(new(Memory), DefaultNames())
	var all []Period
	synthetic(3, 500, func(p *Period) { all = append(all, *p) })
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i := range all {
		if err := batch.Add(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := batch.WriteTo(&b, &testHead); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := Read(&b, func(Period) error { n++; return nil }); err != nil { // a patient in two places would be a problem
		t.Fatal(err)
	}
	if n != 500 {
		t.Errorf("%d periods, want 500", n)
	}
}

func TestTheHeadIsRead(t *testing.T) {
	m, err := Scan(bytes.NewReader(message(t, 40)), Options{}, func(*Row) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if m.Module != "ord" || m.Version != Version || m.Number != 9 || m.ID != testHead.ID || m.In != testHead.In || m.Institution != "310001376" || m.Rows != 40 || len(m.Units) != 3 ||
		!m.Made.Equal(testHead.Made) || m.Local != testHead.Local || len(m.Unknown) != 0 {
		t.Errorf("%+v", m)
	}
}

// Every name has a purpose (G9.3-2), and a list that is named is there.
func TestNamesAreWhole(t *testing.T) {
	for _, n := range DefaultNames().All() {
		if n.EN == "" || n.NB == "" || n.Source == "" {
			t.Errorf("%s lacks purpose or source", n.Key)
		}
		if n.List != "" && lists()[n.List] == nil {
			t.Errorf("%s: there is no list %s", n.Key, n.List)
		}
		if n.Attested != "xsd" && n.Attested != "data" && n.Attested != "own" {
			t.Errorf("%s: attested %q", n.Key, n.Attested)
		}
	}
	for _, bad := range []string{"", "key\nid", "key,on,name,column,list,also,attested,source,purpose_nb,purpose\nnonsense,a,b,c,,,own,x,y,z\n",
		"key,on,name,column,list,also,attested,source,purpose_nb,purpose\nid,Henvisning,henvisningsperiodeID,id,,,xsd,x,,\n", strings.Replace(namesCSV, "ansienDato,ansienDato", `"x y",ansienDato`, 1)} {
		if _, err := LoadNames(strings.NewReader(bad)); err == nil {
			t.Errorf("%.60q was taken as names", bad)
		}
	}
}
