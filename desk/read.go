package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"rettid/clinic"
	"rettid/day"
	"rettid/entry"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// Log loads a referral's log; empty when there is no such referral.
func (d *Desk) Log(ctx context.Context, tenant string, id int64) ([]referral.Entry, error) {
	if id == 0 {
		return nil, nil
	}
	recs, err := d.Ledger.Records(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	return Entries(recs)
}

// Entries reads the events of a referral's records.
func Entries(recs []ledger.Record) ([]referral.Entry, error) {
	return entriesOf[referral.Entry]("referral", recs, func(r ledger.Record, e *referral.Event) referral.Entry {
		return referral.Entry{Seq: r.Seq, Known: r.Known, Event: e}
	})
}

// entriesOf reads the events of stored records; what names the case in an error.
func entriesOf[L, E any](what string, recs []ledger.Record, line func(ledger.Record, *E) L) ([]L, error) {
	out := make([]L, len(recs))
	for i, r := range recs {
		e := new(E)
		if err := json.Unmarshal(r.Body, e); err != nil {
			return nil, fmt.Errorf("%s %d, entry %d: %w", what, r.Referral, r.Seq, err)
		}
		out[i] = line(r, e)
	}
	return out, nil
}

// A View says which day a question is about, and what had been recorded by when. Zero: today, and all that is known.
type View struct{ AsOf, KnownOn day.Day }

// Known keeps the entries recorded by the end of a day; the zero day keeps all.
func Known(log []referral.Entry, by day.Day) []referral.Entry { return entry.KnownBy(log, by) }

// At folds a log as a view asks: what was known, and of that what had happened.
func (v View) At(log []referral.Entry) referral.Referral {
	return referral.FoldAsOf(Known(log, v.KnownOn), v.AsOf)
}

// Case is one referral with its log, as a view asks.
type Case struct {
	Tenant  string
	ID      int64
	Log     []referral.Entry // what was known
	Records []ledger.Record  // the same, as stored: who and when
	State   referral.Referral
	Person  ledger.Person
}

// Open shows a referral to somebody: the look is written down with its purpose before anything is shown.
func (d *Desk) Open(ctx context.Context, tenant string, id int64, v View, who ledger.Access) (Case, error) {
	c, err := d.Peek(ctx, tenant, id, v)
	if err != nil {
		return Case{}, err
	}
	who.Tenant, who.Referral, who.Patient = tenant, id, c.State.Patient
	if who.At == 0 {
		who.At = d.Now().UTC().UnixMicro()
	}
	if err := d.Ledger.Saw(ctx, who); err != nil {
		return Case{}, err
	}
	return c, nil
}

// Peek loads a referral without a person looking at it: for the program's own work.
func (d *Desk) Peek(ctx context.Context, tenant string, id int64, v View) (Case, error) {
	recs, err := d.Ledger.Records(ctx, tenant, id)
	if err != nil {
		return Case{}, err
	}
	log, err := Entries(recs)
	if err != nil {
		return Case{}, err
	}
	log = Known(log, v.KnownOn)
	if len(log) == 0 {
		return Case{}, ErrMissing
	}
	c := Case{Tenant: tenant, ID: id, Log: log, Records: recs[:len(log)], State: referral.FoldAsOf(log, v.AsOf)}
	c.Person, _, err = d.Ledger.Person(ctx, tenant, c.State.Patient)
	return c, err
}

// Row makes the current row of a state. known is the day it is written.
func Row(r *referral.Referral, s *law.Settings, known day.Day, org *clinic.Org) (ledger.Row, error) {
	slim := *r
	slim.Found = referral.Found{} // the findings stand in the log; a row is what lists read
	state, err := json.Marshal(&slim)
	if err != nil {
		return ledger.Row{}, fmt.Errorf("write the state: %w", err)
	}
	provider, site := law.ListPlace(&r.Facts)
	f := &r.Facts
	row := ledger.Row{
		Seq: r.Seq, Patient: r.Patient, Provider: f.Holder, Site: f.Site, Specialty: f.Specialty, Kind: string(f.Kind), Status: string(f.Status), Right: string(f.Right), Condition: r.Condition,
		ListProvider: provider, ListSite: site, Seniority: f.Seniority, Received: f.ReceivedOn, AssessBy: f.AssessBy, AssessedOn: f.AssessedOn, StartBy: f.StartBy, WaitEnd: f.WaitEnd,
		ApptFrom: f.Appointment.From, ApptTo: f.Appointment.To, ApptMinute: f.Appointment.Minute - 1, Waiting: law.IsWaiting(f, endOfTime), Open: f.Open(),
		BreachExpected: !f.BreachSince.IsZero() && !law.BreachOn(f, s).IsZero(), BreachOn: law.BreachOn(f, s), Urgency: r.Urgency(), State: state,
	}
	for i, flag := range r.Flags(known) {
		if i > 0 {
			row.Flags += " "
		}
		row.Flags += flag
	}
	if org != nil {
		if u, ok := org.Unit(f.Holder, f.Specialty, known); ok {
			row.Unit = u.ID
		}
	}
	row.NextName, row.NextDue, row.NextRole = next(f, s)
	return row, nil
}

// next finds what comes next whatever the day: the earliest day something is due or opens. Lists sort by it; what is open on a day is asked of the law.
func next(f *law.Facts, s *law.Settings) (string, day.Day, string) {
	name, role := "", law.Role("")
	var on day.Day
	for _, d := range law.Duties(f, s) {
		at := d.Due
		if at.IsZero() || d.Opens.After(at) {
			at = d.Opens
		}
		if name == "" || on.IsZero() && !at.IsZero() || !at.IsZero() && at.Before(on) {
			name, on, role = string(d.Name), at, d.Role
		}
	}
	return name, on, string(role)
}

// DutyRows makes the duty rows of a state.
func DutyRows(r *referral.Referral, s *law.Settings, known day.Day, org *clinic.Org) []ledger.Duty {
	duties := law.Duties(&r.Facts, s)
	out := make([]ledger.Duty, len(duties))
	unit := ""
	if org != nil {
		if u, ok := org.Unit(r.Holder, r.Specialty, known); ok {
			unit = u.ID
		}
	}
	for i, d := range duties {
		out[i] = ledger.Duty{Name: string(d.Name), Opens: d.Opens, Due: d.Due, Role: string(d.Role), Place: d.At, Unit: unit}
	}
	return out
}

// endOfTime is the last day there is: a state is asked about all that is known.
var endOfTime = day.On(2199, 12, 31)
