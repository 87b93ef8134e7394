package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/words"
)

var (
	today  = day.On(2025, 11, 24)
	noon   = time.Date(2025, 11, 24, 11, 0, 0, 0, time.UTC)
	testly = patient.Policy{AllowSynthetic: true, On: today}
)

// newDesk is a desk on an empty ledger in memory, with the fictitious Norway.
func newDesk(t testing.TB) *desk.Desk {
	t.Helper()
	l, err := ledger.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := desk.New(l, clinic.Demo(), nil, law.Default())
	d.Now = func() time.Time { return noon }
	return d
}

// synthetic is a test person's number.
func synthetic(t testing.TB, born day.Day, serial int) string {
	t.Helper()
	n, ok := patient.MakeSynthetic(born, serial, serial%2 == 0)
	if !ok {
		t.Fatal("no number")
	}
	return n
}

// took imports text and gives what became of it.
type took struct {
	Counts
	rejects, notes []Remark
	file           []byte // of rejects
}

func runCSV(t testing.TB, d *desk.Desk, text string, change func(*Import)) took {
	t.Helper()
	var out took
	r, err := NewCSV(strings.NewReader(text), testly)
	if err != nil {
		t.Fatal(err)
	}
	m := &Import{Desk: d, Policy: testly, Actor: "import"}
	m.Rejected = func(it Item, r2 Remark) error {
		if out.file == nil {
			out.file = r.Rejects().Head()
		}
		out.rejects = append(out.rejects, r2)
		out.file = append(out.file, r.Rejects().Write(it.Raw, &r2.Problem, r2.Words(words.NB))...)
		return nil
	}
	m.Noted = func(r Remark) { out.notes = append(out.notes, r) }
	if change != nil {
		change(m)
	}
	if err := m.Run(context.Background(), "list.csv", r); err != nil {
		t.Fatal(err)
	}
	out.Counts = m.Counts
	return out
}

const head = "external_id,received,at,patient_id,specialty,assessed,outcome,deadline,appointment,started,ended,end_code,postponements\n"

// state imports one row and gives what the desk then holds.
func state(t *testing.T, d *desk.Desk, tenant string, id int64) desk.Case {
	t.Helper()
	c, err := d.Peek(context.Background(), tenant, id, desk.View{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTakenOverStates(t *testing.T) {
	n := synthetic(t, day.On(1968, 3, 12), 0)
	for _, c := range []struct {
		name, row string // after the patient
		check     func(t *testing.T, c desk.Case)
	}{
		{"received only", "orthopaedics,,,,,,,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Received || c.State.AssessBy != day.On(2025, 9, 15) || c.State.Born != day.On(1968, 3, 12) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"specialty by its code", "050,,,,,,,,", func(t *testing.T, c desk.Case) {
			if c.State.Specialty != "orthopaedics" {
				t.Error(c.State.Specialty)
			}
		}},
		{"granted and waiting with a time", "orthopaedics,2025-09-08,granted,2026-01-15,2026-01-08T10:30,,,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Waiting || c.State.StartBy != day.On(2026, 1, 15) || c.State.Appointment.Moment().String() != "2026-01-08T10:30" || !c.State.SecuredInTime {
				t.Errorf("%+v", c.State.Facts)
			}
			if c.Log[2].Event.On != day.On(2025, 9, 8) || c.Log[2].Known != today {
				t.Errorf("booked on %s, known %s", c.Log[2].Event.On, c.Log[2].Known)
			}
		}},
		{"a passed time without a start stays", "orthopaedics,2025-09-08,granted,2026-01-15,2025-10-20,,,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Waiting || c.State.Appointment.From != day.On(2025, 10, 20) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"no right", "orthopaedics,2025-09-08,not_granted,,,,,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Closed || c.State.Right != law.NotGranted || c.State.ClosedOn != day.On(2025, 9, 8) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"started", "orthopaedics,2025-09-08,granted,2026-01-15,,2025-10-20,,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Started || c.State.WaitEnd != day.On(2025, 10, 20) || c.State.EndCode != "1" {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"ended with code 1 is a start", "orthopaedics,2025-09-08,granted,2026-01-15,,,2025-10-20,1,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Started || c.State.StartedOn != day.On(2025, 10, 20) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"ended by the patient", "orthopaedics,2025-09-08,granted,2026-01-15,,,2025-10-20,2,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Closed || c.State.EndCode != "2" || c.State.WaitEnd != day.On(2025, 10, 20) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"the period ended after the start", "orthopaedics,2025-09-08,granted,2026-01-15,,2025-10-20,2025-11-03,,", func(t *testing.T, c desk.Case) {
			if c.State.Status != law.Closed || c.State.EndCode != "1" || c.State.ClosedOn != day.On(2025, 11, 3) || c.State.WaitEnd != day.On(2025, 10, 20) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"postponed by the provider to the time", "orthopaedics,2025-09-08,granted,2026-01-15,2026-02-02T08:00,,,,2025-10-01:1", func(t *testing.T, c desk.Case) {
			if len(c.State.Postponements) != 1 || c.State.Postponements[0].Code != 1 || c.State.Postponements[0].To != day.On(2026, 2, 2) || !c.State.Appointment.HasClock() {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"postponed twice, the first without a day", "orthopaedics,2025-09-08,granted,2026-01-15,2026-01-10,,,,2025-10-01:3|2025-10-15:22", func(t *testing.T, c desk.Case) {
			p := c.State.Postponements
			if len(p) != 2 || p[0].Code != 3 || !p[0].To.IsZero() || p[1].Code != 22 || p[1].To != day.On(2026, 1, 10) || c.State.Appointment.From != day.On(2026, 1, 10) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"postponed with no day at all", "orthopaedics,2025-09-08,granted,2026-01-15,,,,,2025-10-01:22", func(t *testing.T, c desk.Case) {
			if len(c.State.Postponements) != 1 || !c.State.Appointment.IsZero() || !c.State.PutOff.On.IsZero() {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"postponed with its new day", "orthopaedics,2025-09-08,granted,2026-01-15,,,,,2025-10-01:22:2026-01-12", func(t *testing.T, c desk.Case) {
			if c.State.Appointment.From != day.On(2026, 1, 12) {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
		{"a time not kept, put off afterwards", "orthopaedics,2025-09-08,granted,2026-01-15,2025-10-20,,,,2025-10-20:21", func(t *testing.T, c desk.Case) {
			if len(c.State.Postponements) != 1 || c.State.Postponements[0].Code != 21 || !c.State.SecuredInTime {
				t.Errorf("%+v", c.State.Facts)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			got := runCSV(t, d, head+"X1,2025-09-01T09:15,STO,"+n+","+c.row+"\n", nil)
			if got.Received != 1 {
				t.Fatalf("%+v", got)
			}
			held := state(t, d, "STO", 1)
			c.check(t, held)
			if held.Person.Ident != n || held.Person.IdentKind != "fnr" || strings.Contains(held.State.Patient, n[:6]) {
				t.Errorf("person %q", held.Person.IdentKind)
			}
			v, err := d.Verify(context.Background(), today, nil)
			if err != nil || !v.Sound() {
				t.Errorf("not sound: %v %+v", err, v.Problems)
			}
		})
	}
}

func TestRejected(t *testing.T) {
	n := synthetic(t, day.On(1968, 3, 12), 0)
	all := strings.Join(Columns, ",") + "\n"
	row := func(change map[string]string) string {
		values := map[string]string{"external_id": "X1", "received": "2025-09-01", "at": "STO", "patient_id": n, "specialty": "orthopaedics"}
		for k, v := range change {
			values[k] = v
		}
		var cells []string
		for _, c := range Columns {
			cells = append(cells, values[c])
		}
		return strings.Join(cells, ",") + "\n"
	}
	type change = map[string]string
	granted := func(more change) change {
		c := change{"assessed": "2025-09-08", "outcome": "granted", "deadline": "2026-01-15"}
		for k, v := range more {
			c[k] = v
		}
		return c
	}
	for _, c := range []struct {
		row         change
		field, code string
	}{
		{change{"external_id": ""}, "external_id", "missing"},
		{change{"received": ""}, "received", "missing"},
		{change{"received": "1.9.2025"}, "received", "not_date"},
		{change{"received": "2025-02-30"}, "received", "not_date"},
		{change{"received": "2025-11-25"}, "received", "G3.3.1-8"},
		{change{"at": ""}, "at", "missing"},
		{change{"at": "NOWHERE"}, "at", "unknown_provider"},
		{change{"patient_id": ""}, "patient_id", "missing_patient"},
		{change{"patient_id": "12345678901"}, "patient_id", "impossible_date"},
		{change{"patient_id": n[:10]}, "patient_id", "wrong_length"},
		{change{"patient_id": "974760673"}, "patient_id", "organisation"},
		{change{"patient_id": "", "patient_local": "L1"}, "born", "missing_born"},
		{change{"born": "1969-03-12"}, "born", "born_differs"},
		{change{"born": "12.03.1968"}, "born", "not_date_unsaid"},
		{change{"patient_id": "", "patient_local": "L1", "born": "2025-09-02"}, "born", "G3.3.1-8"},
		{change{"municipality": "31"}, "municipality", "not_municipality"},
		{change{"sex": "X"}, "sex", "not_among"},
		{change{"kind": "planned"}, "kind", "not_among"},
		{change{"from_role": "nurse"}, "from_role", "not_among"},
		{change{"urgent": "maybe"}, "urgent", "not_among"},
		{change{"first_received": "2025-09-02"}, "first_received", "G3.3.1-8"},
		{change{"first_received": "x"}, "first_received", "not_date"},
		{change{"diagnosis": "hofte"}, "diagnosis", "not_icd10"},
		{change{"assessed": "2025-09-08"}, "outcome", "missing_outcome"},
		{change{"outcome": "granted", "deadline": "2026-01-15"}, "assessed", "missing_assessed"},
		{change{"deadline": "2026-01-15"}, "deadline", "missing_assessed"},
		{change{"outcome": "maybe"}, "outcome", "not_among"},
		{change{"assessed": "2025-09-08", "outcome": "granted"}, "deadline", "G4.4-7"},
		{granted(change{"deadline": "2025-08-01"}), "deadline", "R-4.8"},
		{granted(change{"assessed": "2025-08-01"}), "assessed", "G3.3.1-8"},
		{granted(change{"assessed": "2025-11-30"}), "assessed", "G3.3.1-8"},
		{granted(change{"kind": "internal"}), "outcome", "G3.3.1-9"},
		{granted(change{"appointment": "soon"}), "appointment", "not_date"},
		{granted(change{"appointment": "2025-08-01"}), "appointment", "out_of_order"},
		{change{"assessed": "2025-09-08", "outcome": "not_granted", "appointment": "2025-10-08"}, "appointment", "G2-14"},
		{change{"started": "2025-10-01"}, "started", "G4.3-1"},
		{granted(change{"started": "2025-09-05"}), "started", "out_of_order"},
		{granted(change{"started": "2025-12-01"}), "started", "G3.3.1-8"},
		{granted(change{"ended": "2025-10-01"}), "end_code", "missing_end_code"},
		{granted(change{"end_code": "2"}), "ended", "missing_ended"},
		{granted(change{"ended": "2025-10-01", "end_code": "6"}), "end_code", "not_among"},
		{granted(change{"started": "2025-10-01", "ended": "2025-10-02", "end_code": "1"}), "ended", "end_is_start"},
		{granted(change{"started": "2025-10-01", "ended": "2025-10-02", "end_code": "4"}), "end_code", "started_and_ended"},
		{granted(change{"ended": "2025-09-02", "end_code": "9"}), "ended", "out_of_order"},
		{change{"ended": "2025-10-01", "end_code": "9"}, "end_code", "G4.3-1"},
		{change{"outcome": "not_assessed"}, "outcome", "is_assessed"},
		{change{"from_hpr": "Ada 12"}, "from_hpr", "hpr_shape"},
		{granted(change{"postponements": "2025-10-01"}), "postponements", "postponement_shape"},
		{granted(change{"postponements": "2025-10-01:7"}), "postponements", "postponement_code"},
		{granted(change{"postponements": "2025-10-41:22"}), "postponements", "not_date"},
		{granted(change{"postponements": "2025-09-01:22"}), "postponements", "out_of_order"},
		{change{"postponements": "2025-10-01:22"}, "postponements", "G9.2-4"},
	} {
		name := fmt.Sprint(c.row)
		d := newDesk(t)
		got := runCSV(t, d, all+row(c.row), nil)
		if got.Rejected != 1 || len(got.rejects) != 1 {
			t.Errorf("%s: taken, want %s: %s", name, c.field, c.code)
			continue
		}
		r := got.rejects[0]
		if r.Field != c.field || r.code() != c.code || r.Line != 2 {
			t.Errorf("%s: line %d %s: %s, want line 2 %s: %s", name, r.Line, r.Field, r.code(), c.field, c.code)
		}
		for _, l := range words.Langs() {
			said := r.String(l)
			if strings.Contains(said, "{") || strings.Contains(said, "import.") || strings.Contains(said, n) || strings.Contains(said, "1968") {
				t.Errorf("%s: says %q", name, said)
			}
		}
		if tenants, _ := d.Ledger.Tenants(context.Background()); len(tenants) > 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

// Every column is one a row is rejected for or taken over from: a new one must not be forgotten in the tables above.
func TestColumnsOfTheFormat(t *testing.T) {
	want := strings.Fields("external_id received at patient_id patient_local born municipality sex specialty kind from_role from_org urgent first_received text diagnosis assessed outcome deadline appointment started ended end_code postponements from_hpr")
	if !slices.Equal(Columns, want) {
		t.Errorf("columns %v", Columns)
	}
}

func TestEveryValueIsTakenOver(t *testing.T) {
	d := newDesk(t)
	got := runCSV(t, d, `external_id;received;at;patient_local;born;municipality;sex;specialty;kind;from_role;from_org;urgent;first_received;text;diagnosis;more
A;2025-09-01;STO;L7;1990-02-28;0301;female;neurology;elective;gp;GP01;ja;2025-08-28;"Hodepine; ""verst"" om
natten";g43.1;x
`, nil)
	if got.Received != 1 {
		t.Fatalf("%+v", got)
	}
	c := state(t, d, "STO", 1)
	s := c.State
	if s.Seniority != day.On(2025, 8, 28) || s.ReceivedOn != day.On(2025, 9, 1) || !s.Urgent || s.Diagnosis != "G43.1" || s.From.Role != "gp" || s.From.Provider != "GP01" || s.Municipality != "0301" || s.Specialty != "neurology" {
		t.Errorf("%+v", s)
	}
	text, _, _ := d.Ledger.Note(context.Background(), "STO", s.Text.Note)
	if text != "Hodepine; \"verst\" om\nnatten" {
		t.Errorf("text %q", text)
	}
	if c.Person.LocalID != "L7" || c.Person.Born != day.On(1990, 2, 28) || c.Person.Sex != "female" {
		t.Errorf("%+v", c.Person)
	}
}

func TestAgainAddsNothing(t *testing.T) {
	d := newDesk(t)
	a, b := synthetic(t, day.On(1968, 3, 12), 0), synthetic(t, day.On(1971, 5, 2), 0)
	text := head + "X1,2025-09-01,STO," + a + ",neurology,,,,,,,,\nX2,2025-09-02,STO," + a + ",neurology,,,,,,,,\nX1,2025-09-01,STO," + a + ",neurology,,,,,,,,\n"
	first := runCSV(t, d, text, nil)
	if first.Counts != (Counts{2, 1, 0}) || len(first.notes) != 0 {
		t.Fatalf("%+v %v", first.Counts, first.notes)
	}
	if x, y := state(t, d, "STO", 1), state(t, d, "STO", 2); x.State.Patient != y.State.Patient {
		t.Error("one number, two patients")
	}
	before, _, _ := d.Ledger.Head(context.Background(), "STO")
	if again := runCSV(t, d, text, nil); again.Counts != (Counts{0, 3, 0}) || len(again.notes) != 0 {
		t.Fatalf("%+v %v", again.Counts, again.notes)
	}
	// What tells something else is known all the same, and it is said.
	for _, changed := range []string{strings.ReplaceAll(text, "2025-09-01", "2025-09-03"), strings.ReplaceAll(text, a, b)} {
		again := runCSV(t, d, changed, nil)
		if again.Counts != (Counts{0, 3, 0}) || len(again.notes) == 0 || again.notes[0].Code != "changed" || again.notes[0].Line != 2 {
			t.Errorf("%+v %v", again.Counts, again.notes)
		}
	}
	if after, _, _ := d.Ledger.Head(context.Background(), "STO"); after != before {
		t.Errorf("the log grew from %d to %d", before, after)
	}
	// Another source may use the same ids.
	if other := runCSV(t, d, text, func(m *Import) { m.Source = "old system" }); other.Counts != (Counts{2, 1, 0}) {
		t.Errorf("%+v", other.Counts)
	}
}

func TestSyntheticPersonsAreRefusedInProduction(t *testing.T) {
	text := head + "X1,2025-09-01,STO," + synthetic(t, day.On(1968, 3, 12), 0) + ",neurology,,,,,,,,\n"
	r, err := NewCSV(strings.NewReader(text), patient.Policy{On: today})
	if err != nil {
		t.Fatal(err)
	}
	var p *Problem
	if _, err = r.Next(); err == nil || err.(*Problem).Code != "synthetic" {
		t.Fatal(err, p)
	}
}

func TestRejectsCanBeMendedAndReadAgain(t *testing.T) {
	n := synthetic(t, day.On(1968, 3, 12), 0)
	d := newDesk(t)
	got := runCSV(t, d, head+"X1,2025-09-01,STO,"+n+",neurology,,,,,,,,\nX2,2025-13-01,STO,"+n+",\"nev;ro, \"\"x\"\"\",,,,,,,,\nX3,2025-09-01,STO,"+n+",neuro\"logy,,,,,,,,\nX4,2025-09-01\nX5,2025-09-01,STO,"+n+",n\xe5,,,,,,,,\n", nil)
	if got.Counts != (Counts{1, 0, 4}) {
		t.Fatalf("%+v %v", got.Counts, got.rejects)
	}
	var lines []int
	for _, r := range got.rejects {
		lines = append(lines, r.Line)
	}
	if !slices.Equal(lines, []int{3, 4, 5, 6}) {
		t.Errorf("lines %v", lines)
	}
	if !strings.Contains(string(got.file), "\nX2,2025-13-01,STO,"+n+",\"nev;ro, \"\"x\"\"\",,,,,,,,,") || !strings.Contains(string(got.file), "\nX4,2025-09-01,,") {
		t.Errorf("rejects:\n%s", got.file)
	}
	// Unmended they are rejected again, and their file does not grow sideways.
	again := runCSV(t, d, string(got.file), nil)
	if again.Counts != (Counts{0, 0, 4}) {
		t.Errorf("%+v %v", again.Counts, again.rejects)
	}
	mended := strings.NewReplacer("2025-13-01", "2025-09-02", "neuro\"logy", "neurology", "\xe5", "å").Replace(string(got.file))
	third := runCSV(t, d, mended, nil)
	if third.Received < 2 {
		t.Errorf("%+v %v\n%s", third.Counts, third.rejects, mended)
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty"},
		{"external_id,received\n", "column at is missing"},
		{"external_id,received,at\n", "patient_id is missing"},
		{"external_id,received,at,patient_id,at\n", "at stands twice"},
		{"external_id,received,at,patient_id,t\xe5\n", "column 5 is not UTF-8"},
		{"\xff\xfee\x00x\x00", "UTF-16"},
		{"\xef\xbb\xbfExternal_ID;Received;at;patient_id;noe\r\n", ""},
		{"external_id\treceived\tat\tpatient_id\tnoe", ""},
	} {
		r, err := NewCSV(strings.NewReader(c.text), testly)
		switch {
		case c.want == "" && (err != nil || !slices.Equal(r.Unknown, []string{"noe"})):
			t.Errorf("%q: %v %v", c.text, err, r)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	d := newDesk(t)
	n := synthetic(t, day.On(1968, 3, 12), 0)
	got := runCSV(t, d, head+"X1,2025-09-01,STO,"+n+",neurology,,,,,,,,\nX2,2025-09-01,STO,"+n+",neurology,2025-09-08,granted,,,,,,\n", func(m *Import) { m.DryRun = true })
	if got.Counts != (Counts{1, 0, 1}) {
		t.Errorf("%+v", got.Counts)
	}
	if tenants, _ := d.Ledger.Tenants(context.Background()); len(tenants) > 0 {
		t.Error("something was written")
	}
	if r, _ := d.Ledger.Refusals(context.Background(), "STO", 0, 10, 0); len(r) > 0 {
		t.Error("a refusal was written")
	}
}

func TestRefusalsAreOnRecord(t *testing.T) {
	d := newDesk(t)
	n := synthetic(t, day.On(1968, 3, 12), 0)
	runCSV(t, d, head+"X2,2025-09-01,STO,"+n+",neurology,2025-09-08,granted,,,,,,\n", nil)
	r, err := d.Ledger.Refusals(context.Background(), "STO", 0, 10, 0)
	if err != nil || len(r) != 1 || r[0].Command != "assess" {
		t.Errorf("%v %+v", err, r)
	}
}

// stopping cancels after n items.
type stopping struct {
	Reader
	n    int
	stop func()
}

func (s *stopping) Next() (Item, error) {
	if s.n--; s.n == 0 {
		s.stop()
	}
	return s.Reader.Next()
}

func TestStoppedIsWhole(t *testing.T) {
	d := newDesk(t)
	n := synthetic(t, day.On(1968, 3, 12), 0)
	text := head
	for i := range 10 {
		text += fmt.Sprintf("X%d,2025-09-01,STO,%s,neurology,,,,,,,,\n", i, n)
	}
	r, err := NewCSV(strings.NewReader(text), testly)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &Import{Desk: d, Policy: testly}
	if err := m.Run(ctx, "list.csv", &stopping{r, 4, cancel}); err != ErrStopped {
		t.Fatal(err)
	}
	_, total, err := d.Ledger.List(context.Background(), ledger.Query{Tenant: "STO"})
	if m.Counts.Received != 4 || total != 4 || err != nil {
		t.Errorf("counted %d, in the ledger %d, %v", m.Counts.Received, total, err)
	}
	if again := runCSV(t, d, text, nil); again.Counts != (Counts{6, 4, 0}) {
		t.Errorf("%+v", again.Counts)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(head + "X1,2025-09-01,STO,12345678901,neurology,,,,,,,,\n"))
	f.Add([]byte("external_id;received;at;patient_local;born\n\"a\"\"b\";2025-09-01;STO;\"l\nm\";1990-01-01\n\n x\n"))
	f.Add([]byte("\xef\xbb\xbfexternal_id\treceived\tat\tpatient_id\treject_reason\r\n\"\t\t\t\t\"\r\n"))
	f.Add([]byte("external_id,received,at,patient_id,postponements\nx,2025-09-01T25:00,y,1,2025-10-01:22|:|2025-10-01:22:2025-10-02\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewCSV(strings.NewReader(string(b)), testly)
		if err != nil {
			return
		}
		last := 1
		for {
			it, err := r.Next()
			if p, ok := err.(*Problem); ok {
				if p.Words(words.NB) == "" || len(r.Rejects().Write(it.Raw, p, "x")) == 0 {
					t.Fatal("a problem without words")
				}
			} else if err != nil {
				return
			} else if it.External == "" || it.At == "" || it.Received.IsZero() {
				t.Fatalf("an item lacks what it must have: %+v", it)
			}
			if it.Line < last {
				t.Fatalf("line %d after %d", it.Line, last)
			}
			last = it.Line
		}
	})
}

// Lists from Norwegian systems write sex as a code of list 3101 or by its letter, and truth as a spreadsheet does.
func TestSexAndTruthAsListsHaveThem(t *testing.T) {
	for wrote, want := range map[string]string{"1": "male", "2": "female", "9": "other", "0": "unknown", "M": "male", "K": "female", "F": "female", "kvinne": "female", "Mann": "male", "FEMALE": "female", "": ""} {
		r, err := NewCSV(strings.NewReader("external_id,received,at,patient_local,born,sex,urgent\n1,2025-09-01,STO,L1,1960-01-02,"+wrote+",SANN\n"), testly)
		if err != nil {
			t.Fatal(err)
		}
		it, err := r.Next()
		if err != nil || it.Patient.Sex != want || !it.Urgent {
			t.Errorf("sex %q: read as %q, urgent %v, %v; want %q and urgent", wrote, it.Patient.Sex, it.Urgent, err, want)
		}
	}
}

// The number of the one who referred, in the register of health personnel, is taken over as it stands in the file; a row without one has none.
func TestWhoReferredIsTakenOver(t *testing.T) {
	n := synthetic(t, day.On(1968, 3, 12), 0)
	for _, x := range []struct{ told, want string }{{"9144900", "9144900"}, {" 9144900 ", "9144900"}, {"", ""}} {
		d := newDesk(t)
		got := runCSV(t, d, "external_id,received,at,patient_id,specialty,from_hpr\nX1,2025-09-01T09:15,STO,"+n+",orthopaedics,"+x.told+"\n", nil)
		if got.Received != 1 || len(got.rejects) != 0 {
			t.Fatalf("%q: %+v", x.told, got)
		}
		if c := state(t, d, "STO", 1); c.State.From.HPR != x.want {
			t.Errorf("%q is taken over as %q", x.told, c.State.From.HPR)
		}
	}
}
