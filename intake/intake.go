// Package intake takes over referrals that were recorded elsewhere: one item of a file becomes one referral with everything the item tells,
// received through the desk like any other, whole or not at all.
//
// A [Reader] gives items, an [Import] decides them at the desk and appends them. What is wrong with an item is a [Problem]: a field and a code,
// turned into words at the end. An item is known by its id in the source it came from: taken again it adds nothing.
//
// What never happens here: no rule of law is applied (a taken-over decision is asked of the law like a new one), nothing missing is
// guessed, nothing known is changed, and no name, identity number or text of a patient stands in a message.
package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/patient"
	"rettid/referral"
)

// An Item is one referral as a file has it. Zero values are not known. Days are as recorded there.
type Item struct {
	Line int    // where it begins in the file, from 1
	Raw  []byte // as it stood there, for the file of those rejected

	External      string // its id in the source
	At            string // the provider that received it, clinic.Provider.ID
	Received      day.Moment
	Patient       Person
	Specialty     string
	Kind          law.Kind
	From          referral.From
	Urgent        bool
	FirstReceived day.Day // an earlier provider had it then
	Text          string
	Diagnosis     string // ICD-10

	Assessed      day.Day
	Outcome       law.Right // Granted, NotGranted, or NotAssessed for a matter that isn't assessed
	Deadline      day.Day
	Appointment   day.Moment
	Started       day.Day
	Ended         day.Day
	EndCode       string // list 8445, or a reason for closing of package law
	Postponements []Postponement
	AssessBy      day.Day // the limit the source computed: compared with ours, never taken over

	Undated bool // Received or Ended is the day of the import, as the source has none: they say nothing of it

	Notes []Problem           // what the reader wants said of an item it took
	Names func(string) string // the source's name of a field; nil: the column's name
}

// A Person is the patient as an item tells. One with neither number nor local id has only an id of ours.
type Person struct {
	Identity     patient.Identity // zero when the patient goes by a local id
	Local        string
	Born         day.Day
	Sex          string // female · male · other · unknown
	Municipality string
	Given        string
	Family       string
	Language     string
	Phone        string
	Address      string
	Postcode     string
	City         string
}

// A Postponement is one code of list 8446 with its day. To is the new day, zero when the source does not tell.
type Postponement struct {
	On, To day.Day
	Code   int
}

// A Reader gives the items of one file. Next returns io.EOF after the last; a *[Problem] is a bad item (with its line and what stood there) after which
// the next can be read; any other error ends the file.
type Reader interface {
	Next() (Item, error)
	Rejects() Rejects
}

// Rejects is how the items of a format that were rejected are written so that they can be mended and read again.
type Rejects interface {
	Extension() string // "csv"
	Head() []byte
	Write(raw []byte, p *Problem, why string) []byte
	Tail() []byte
}

// field gives the source's name of a field.
func (it *Item) field(name string) string {
	if it.Names == nil {
		return name
	}
	return it.Names(name)
}

// content is a digest of what an item tells of the referral, and nothing of who the patient is: a digest of a number of eleven digits would give the
// number away.
func (it *Item) content() string {
	received, ended := it.Received.String(), it.Ended
	if it.Undated {
		received, ended = "", day.Day{}
	}
	h := sha256.New()
	fmt.Fprintf(h, "rettid item 1\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%t\x1f%s\x1f%q\x1f%s\x1f", it.External, it.At, received, it.Specialty, it.Kind, it.From.Role, it.From.Provider,
		it.Urgent, it.FirstReceived, it.Text, it.Diagnosis)
	if it.From.HPR != "" {
		fmt.Fprintf(h, "hpr %s\x1f", it.From.HPR)
	}
	fmt.Fprintf(h, "%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%v", it.Assessed, it.Outcome, it.Deadline, it.Appointment, it.Started, ended, it.EndCode, it.Postponements)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// A step is one thing an item tells: the command, the day, and the field to blame when it is refused.
type step struct {
	field string
	on    day.Day
	min   int16
	do    referral.Command
}

// check speaks to what an item tells of itself: what belongs together is there together, and days are in order. What the law says comes later.
func (it *Item) check() *Problem {
	rec := it.Received.Day
	switch {
	case it.External == "":
		return &Problem{Field: "external_id", Code: "missing"}
	case rec.IsZero():
		return &Problem{Field: "received", Code: "missing"}
	case it.Outcome == law.Granted || it.Outcome == law.NotGranted:
		if it.Assessed.IsZero() {
			return &Problem{Field: "assessed", Code: "missing_assessed"}
		}
	case !it.Assessed.IsZero() && it.Outcome == "":
		return &Problem{Field: "outcome", Code: "missing_outcome"}
	case !it.Deadline.IsZero():
		return &Problem{Field: "deadline", Code: "missing_assessed"}
	}
	switch {
	case it.EndCode != "" && it.Ended.IsZero():
		return &Problem{Field: "ended", Code: "missing_ended", Norm: "R-8.2"}
	case it.EndCode == "" && !it.Ended.IsZero() && it.Started.IsZero() && it.Outcome != law.NotGranted:
		return &Problem{Field: "end_code", Code: "missing_end_code", Norm: "R-8.2"}
	case it.EndCode == "1" && !it.Started.IsZero() && it.Started != it.Ended:
		return &Problem{Field: "ended", Code: "end_is_start", Norm: "R-8.3", Args: []any{it.Ended, it.Started}}
	case it.EndCode != "" && it.EndCode != "1" && it.EndCode != law.Completed && !it.Started.IsZero():
		return &Problem{Field: "end_code", Code: "started_and_ended", Norm: "R-8.1", Args: []any{it.EndCode}}
	}
	before := func(field string, d, than day.Day) *Problem {
		if d.IsZero() || than.IsZero() || !d.Before(than) {
			return nil
		}
		return &Problem{Field: field, Code: "out_of_order", Norm: "R-1.36", Args: []any{d, than}}
	}
	for _, p := range []*Problem{
		before("appointment", it.Appointment.Day, rec), before("started", it.Started, rec), before("ended", it.Ended, rec),
		before("started", it.Started, it.Assessed), before("ended", it.Ended, it.Assessed), before("ended", it.Ended, it.Started),
	} {
		if p != nil {
			return p
		}
	}
	for _, p := range it.Postponements {
		if bad := before("postponements", p.On, it.Assessed); bad != nil {
			return bad
		}
		if bad := before("postponements", p.To, p.On); bad != nil {
			return bad
		}
	}
	return nil
}

// postponedBy tells who a code of 8446 says put the start off.
func postponedBy(code int) (law.PostponedBy, bool) {
	switch code {
	case 5, 6, 21, 22:
		return law.ByPatient, true
	case 3:
		return law.ByMedical, true
	case 1, 4:
		return law.ByProvider, true
	}
	return "", false
}

// steps gives what happened after the reception, in order of time. takenFrom says where from, in the words kept with the assessment.
func (it *Item) steps(takenFrom string) []step {
	var out []step
	if it.Outcome == law.Granted || it.Outcome == law.NotGranted {
		a := &referral.Assess{Outcome: it.Outcome, Deadline: it.Deadline, Reason: referral.Say(takenFrom)}
		if it.Outcome == law.Granted {
			// Who gave the right answered both conditions with yes; the answers were given there and are not ours.
			a.Benefit, a.ReasonableCost = law.Yes, law.Yes
		} else {
			a.Benefit = law.No
		}
		out = append(out, step{"outcome", it.Assessed, 0, a})
	}
	put := append([]Postponement(nil), it.Postponements...)
	sort.SliceStable(put, func(i, j int) bool { return put[i].On.Before(put[j].On) })
	for i, p := range put {
		if last := i == len(put)-1; last && p.To.IsZero() {
			for _, to := range []day.Day{it.Appointment.Day, it.Started} {
				if p.To.IsZero() && !to.IsZero() && !to.Before(p.On) {
					p.To = to
				}
			}
		}
		by, _ := postponedBy(p.Code)
		out = append(out, step{"postponements", p.On, 0, &referral.Postpone{By: by, To: p.To, Code: p.Code, NoDay: p.To.IsZero()}})
	}
	if !it.Appointment.Day.IsZero() {
		// The source does not tell when the time was set: it is put on the last day before it on which something was recorded.
		at := 0
		set := it.Received.Day
		for i, s := range out {
			if !s.on.After(it.Appointment.Day) {
				at, set = i+1, s.on
			}
		}
		out = append(out[:at:at], append([]step{{"appointment", set, 0, &referral.Book{Start: it.Appointment}}}, out[at:]...)...)
	}
	began := it.Started
	if began.IsZero() && it.EndCode == "1" {
		began = it.Ended
	}
	if !began.IsZero() {
		out = append(out, step{"started", began, 0, &referral.Start{What: law.Treatment, Began: law.Yes}})
	}
	switch {
	case it.Ended.IsZero() || it.EndCode == "1" || it.Outcome == law.NotGranted:
		// No right closed the referral on the day of the assessment already.
	case it.EndCode == "":
		out = append(out, step{"ended", it.Ended, 0, &referral.Close{Reason: law.Completed}})
	default:
		out = append(out, step{"end_code", it.Ended, 0, &referral.Close{Reason: it.EndCode}})
	}
	return out
}

// receive is the reception of an item for a patient of ours.
func (it *Item) receive(person string) *referral.Receive {
	c := &referral.Receive{Place: it.At, Patient: person, Born: it.Patient.Born, Municipality: it.Patient.Municipality, Specialty: it.Specialty, Kind: it.Kind, From: it.From,
		Urgent: it.Urgent, Diagnosis: it.Diagnosis, FirstReceived: it.FirstReceived}
	if it.FirstReceived == it.Received.Day {
		c.FirstReceived = day.Day{} // it came here first
	}
	if it.Text != "" {
		c.Text = referral.Say(it.Text)
	}
	return c
}

// blame finds the field a refusal is about: the step's own, or another the objection names.
func blame(it *Item, s step, r *referral.Refusal) string {
	for _, o := range r.Objections {
		for _, b := range o.Because {
			switch b.Code {
			case "unknown-provider":
				return "at"
			case "first-received-later":
				return "first_received"
			case "born-later":
				if it.Patient.Identity.Kind == "" {
					return "born"
				}
				return "patient_id"
			}
		}
		if s.field == "outcome" {
			switch o.Rule {
			case "deadline", "guarantee65":
				return "deadline"
			case "impossible":
				return "assessed"
			}
		}
		if s.field == "end_code" && o.Rule == "impossible" {
			return "ended"
		}
	}
	return s.field
}

// trimmed reads a text field.
func trimmed(s string) string { return strings.TrimSpace(s) }
