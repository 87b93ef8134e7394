package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/patient"
	"rettid/table"
)

// Columns are those a CSV file of referrals may have, in the order they are documented.
var Columns = []string{
	"external_id", "received", "at", "patient_id", "patient_local", "born", "municipality", "sex", "specialty", "kind", "from_role", "from_org", "urgent",
	"first_received", "text", "diagnosis", "assessed", "outcome", "deadline", "appointment", "started", "ended", "end_code", "postponements", "from_hpr",
}

// RejectedColumn is the column that says why a row was rejected; it is not read again.
const RejectedColumn = "reject_reason"

// roles are those who can have referred (guide 3.1).
var roles = []string{"gp", "doctor", "chiropractor", "manual_therapist", "dentist", "psychologist", "optometrist", "midwife", "child_welfare", "municipality", "patient", "other"}

// A CSV reads rows of referrals. Memory does not grow with the file.
type CSV struct {
	Policy  patient.Policy
	Unknown []string // columns in the file that are not known and are left out

	*table.Reader
}

// NewCSV reads the header of a file of referrals, as [table.Open] does. An error tells what the file lacks.
func NewCSV(r io.Reader, policy patient.Policy) (*CSV, error) {
	t, err := table.Open(r, Columns, Columns[:3])
	if err != nil {
		return nil, err
	}
	c := &CSV{Policy: policy, Reader: t}
	for _, name := range t.Unknown {
		if name != RejectedColumn {
			c.Unknown = append(c.Unknown, name)
		}
	}
	if !t.Has(colPatientID) && !t.Has(colPatientLocal) {
		return nil, errors.New("line 1: the column patient_id is missing; add it, or patient_local and born")
	}
	return c, nil
}

// The places in Columns that are asked for by name.
const (
	colPatientID    = 3
	colPatientLocal = 4
)

// Next reads a row. A *[Problem] tells what is wrong with it.
func (c *CSV) Next() (Item, error) {
	err := c.Reader.Next()
	it := Item{Line: c.Line(), Raw: bytes.Clone(c.Raw())}
	var f *table.Fault
	switch {
	case errors.As(err, &f):
		return it, &Problem{Field: f.Head, Code: f.Code, Args: f.Args}
	case err != nil:
		return Item{}, err
	}
	if p := c.read(&it); p != nil {
		return it, p
	}
	return it, nil
}

func (c *CSV) read(it *Item) *Problem {
	r := rowReader{c: c}
	it.External = r.must(0)
	it.Received = r.moment(1)
	if r.bad == nil && it.Received.IsZero() {
		r.wrong(1, "missing")
	}
	it.At = r.must(2)
	it.Patient = r.person()
	it.Specialty = r.specialty(8)
	it.Kind = law.Kind(r.among(9, "elective", "emergency", "internal", "self"))
	it.From.Role = r.among(10, roles...)
	it.From.Provider = c.Get(11)
	it.Urgent = r.yes(12)
	it.FirstReceived = r.day(13)
	it.Text = c.Get(14)
	it.Diagnosis = r.diagnosis(15)
	it.Assessed = r.day(16)
	it.Outcome = law.Right(r.among(17, string(law.Granted), string(law.NotGranted), string(law.NotAssessed)))
	it.Deadline = r.day(18)
	it.Appointment = r.moment(19)
	it.Started = r.day(20)
	it.Ended = r.day(21)
	it.EndCode = r.endCode(22)
	it.Postponements = r.postponements(23)
	it.From.HPR = r.hpr(24)
	return r.bad
}

// rowReader reads the values of one row and keeps the first that can't be read.
type rowReader struct {
	c   *CSV
	bad *Problem
}

func (r *rowReader) wrong(col int, code string, args ...any) {
	if r.bad == nil {
		r.bad = &Problem{Field: Columns[col], Code: code, Args: args}
	}
}

func (r *rowReader) must(col int) string {
	v := r.c.Get(col)
	if v == "" {
		r.wrong(col, "missing")
	}
	return v
}

func (r *rowReader) day(col int) day.Day {
	v := r.c.Get(col)
	if v == "" {
		return day.Day{}
	}
	d, err := day.Parse(v)
	if err != nil {
		r.date(col, v)
	}
	return d
}

// date says that a value is no date, quoting it unless it may tell who the patient is.
func (r *rowReader) date(col int, v string) {
	if len(v) > 20 || Columns[col] == "born" {
		r.wrong(col, "not_date_unsaid")
		return
	}
	r.wrong(col, "not_date", v)
}

func (r *rowReader) moment(col int) day.Moment {
	v := r.c.Get(col)
	if v == "" {
		return day.Moment{Minute: day.NoClock}
	}
	m, err := day.ParseMoment(strings.Replace(v, " ", "T", 1))
	if err != nil {
		r.date(col, v)
	}
	return m
}

func (r *rowReader) among(col int, words ...string) string {
	v := strings.ToLower(r.c.Get(col))
	if v == "" || slices.Contains(words, v) {
		return v
	}
	r.wrong(col, "not_among", short(v), strings.Join(words, ", "))
	return ""
}

// short keeps a value in a message from filling the page.
func short(v string) string {
	if len(v) > 40 {
		v = strings.ToValidUTF8(v[:40], "") + "…"
	}
	return v
}

func (r *rowReader) yes(col int) bool {
	switch strings.ToLower(r.c.Get(col)) {
	case "true", "1", "yes", "ja", "sann":
		return true
	case "", "false", "0", "no", "nei", "usann":
		return false
	}
	r.wrong(col, "not_among", short(r.c.Get(col)), "true, false")
	return false
}

// sex reads a word, a code of list 3101 (0 not known, 1 man, 2 woman, 9 not specified), or what Norwegian systems write for them.
func (r *rowReader) sex(col int) string {
	switch strings.ToLower(r.c.Get(col)) {
	case "1", "m", "mann":
		return patient.Male
	case "2", "k", "f", "kvinne":
		return patient.Female
	case "9":
		return "other"
	case "0":
		return "unknown"
	}
	return r.among(col, patient.Female, patient.Male, "other", "unknown")
}

// specialty reads a key, or a code of list 8451 as the same.
func (r *rowReader) specialty(col int) string {
	v := r.c.Get(col)
	if len(v) == 3 {
		if s, ok := clinic.SpecialtyByCode(v); ok {
			return s.Key
		}
	}
	if len(v) > 100 {
		r.wrong(col, "too_long", 100)
	}
	return v
}

func (r *rowReader) diagnosis(col int) string {
	v := strings.ToUpper(r.c.Get(col))
	if v == "" || isICD10(v) {
		return v
	}
	r.wrong(col, "not_icd10", short(v))
	return ""
}

// isICD10 tells whether a text has the shape of a code: a letter, two digits, and up to four more letters or digits with or without a full stop.
func isICD10(v string) bool {
	if len(v) < 3 || len(v) > 8 || v[0] < 'A' || v[0] > 'Z' || v[1] < '0' || v[1] > '9' || v[2] < '0' || v[2] > '9' {
		return false
	}
	for i := 3; i < len(v); i++ {
		if !(v[i] >= '0' && v[i] <= '9' || v[i] >= 'A' && v[i] <= 'Z' || i == 3 && v[i] == '.') {
			return false
		}
	}
	return true
}

// endCodes are those of list 8445, and the reasons for closing that have names.
var endCodes = []string{"1", "2", "3", "4", "5", "7", "9", law.Withdrawn, law.Died, law.Duplicate, law.Handled, law.Completed}

// hpr is the number in the register of health personnel of the one who referred.
func (r *rowReader) hpr(col int) string {
	v := r.c.Get(col)
	if v != "" && !clinic.IsHPR(v) {
		r.wrong(col, "hpr_shape")
		return ""
	}
	return v
}

func (r *rowReader) endCode(col int) string { return r.among(col, endCodes...) }

// postponements reads date:code or date:code:new-date, several with | between them.
func (r *rowReader) postponements(col int) []Postponement {
	v := r.c.Get(col)
	if v == "" {
		return nil
	}
	var out []Postponement
	for one := range strings.SplitSeq(v, "|") {
		if len(out) == 100 {
			r.wrong(col, "too_many", 100)
			return nil
		}
		parts := strings.Split(strings.TrimSpace(one), ":")
		if len(parts) != 2 && len(parts) != 3 {
			r.wrong(col, "postponement_shape", short(one))
			return nil
		}
		var p Postponement
		var err error
		if p.On, err = day.Parse(parts[0]); err != nil {
			r.date(col, parts[0])
			return nil
		}
		p.Code, err = strconv.Atoi(parts[1])
		if _, ok := postponedBy(p.Code); err != nil || !ok {
			r.wrong(col, "postponement_code", short(parts[1]))
			return nil
		}
		if len(parts) == 3 {
			if p.To, err = day.Parse(parts[2]); err != nil {
				r.date(col, parts[2])
				return nil
			}
		}
		out = append(out, p)
	}
	return out
}

// person reads who the patient is: a number, or a local id with the date of birth.
func (r *rowReader) person() Person {
	const born, municipality, sex = 5, 6, 7
	p := Person{Local: r.c.Get(colPatientLocal), Born: r.day(born), Municipality: r.c.Get(municipality), Sex: r.sex(sex)}
	if p.Municipality != "" && !fourDigits(p.Municipality) {
		r.wrong(municipality, "not_municipality", short(p.Municipality))
	}
	number := r.c.Get(colPatientID)
	switch {
	case number == "" && p.Local == "":
		r.wrong(colPatientID, "missing_patient")
	case number == "" && p.Born.IsZero():
		r.wrong(born, "missing_born")
	}
	if r.bad == nil && number != "" {
		if bad := p.Identify(number, r.c.Policy); bad != nil {
			r.wrong(colPatientID, bad.Code, bad.Args...)
			if bad.Field != "" {
				r.bad.Field = bad.Field
			}
		}
	}
	return p
}

// Identify reads a number into a person and holds it against what else is known: date of birth and sex are filled in from it when they are not. The
// problem has no field when it is the number that is wrong.
func (p *Person) Identify(number string, policy patient.Policy) *Problem {
	id, err := patient.Identify(number)
	if err == nil {
		err = policy.Accept(id)
	}
	var why *patient.InvalidNumber
	switch {
	case errors.As(err, &why):
		return &Problem{Code: why.Code, Args: why.Args}
	case err != nil:
		return &Problem{Code: "checksum_1"}
	case !p.Born.IsZero() && !id.Born.IsZero() && p.Born != id.Born:
		return &Problem{Field: "born", Code: "born_differs"}
	}
	p.Identity = id
	if p.Born.IsZero() {
		p.Born = id.Born
	}
	if p.Sex == "" {
		p.Sex = id.Sex
	}
	return nil
}

func fourDigits(s string) bool {
	if len(s) != 4 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Rejects writes rejected rows as they stood in the file, with the reason in a column of its own at the end.
func (c *CSV) Rejects() Rejects { return csvRejects{c} }

type csvRejects struct{ c *CSV }

func (r csvRejects) Extension() string { return "csv" }

// reasonLast tells whether the file already ends with the column for reasons: then it is written anew.
func (r csvRejects) reasonLast() bool {
	return len(r.c.Head) > 1 && strings.EqualFold(strings.TrimSpace(r.c.Head[len(r.c.Head)-1]), RejectedColumn)
}

func (r csvRejects) Head() []byte {
	head := r.c.Head
	if !r.reasonLast() {
		head = append(slices.Clone(head), RejectedColumn)
	}
	return r.row(head)
}

func (r csvRejects) row(fields []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = r.c.Comma
	w.Write(fields)
	w.Flush()
	return b.Bytes()
}

func (r csvRejects) Write(raw []byte, _ *Problem, why string) []byte {
	reason := r.row([]string{why})
	fields, err := r.c.Split(raw)
	switch {
	case err != nil, len(fields) > len(r.c.Head):
		// It can't be told apart into its columns: it stands as it was, for a person to mend, and is rejected again until then.
		return append(append(append(bytes.Clone(raw), string(r.c.Comma)...), bytes.TrimRight(reason, "\n")...), '\n')
	case r.reasonLast():
		fields = slices.Clone(fields)
		for len(fields) < len(r.c.Head) {
			fields = append(fields, "")
		}
		fields[len(fields)-1] = why
		return r.row(fields)
	}
	out := bytes.Clone(raw)
	for range len(r.c.Head) - len(fields) {
		out = append(out, string(r.c.Comma)...)
	}
	return append(append(append(out, string(r.c.Comma)...), bytes.TrimRight(reason, "\n")...), '\n')
}

func (r csvRejects) Tail() []byte { return nil }
