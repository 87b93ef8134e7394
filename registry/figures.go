package registry

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/figures"
	"rettid/law"
	"rettid/ledger"
	"rettid/npr"
	"rettid/referral"
)

// Counted are figures with what they rest on.
type Counted struct {
	*figures.Result
	KnownOn day.Day // what had been recorded by the end of this day; zero: all
	Rows    int
	SHA256  string // of the referral periods, as figures.WritePeriod writes them, in order
}

// Figures counts the ledger's referrals of tenants (all of them when nil), as each stood on the last day of the span, of what had been recorded by known.
func (x *Registry) Figures(ctx context.Context, tenants []string, o figures.Options, known day.Day) (Counted, error) {
	if today := x.Desk.Today(); o.Span.To.After(today) { // a period that is not over is counted so far
		if o.Span.From.After(today) {
			return Counted{}, fmt.Errorf("the period %s has not begun: %w", o.Span.Label, ErrNoScope)
		}
		o.Span.To = today
	}
	count, err := figures.NewCounter(o)
	if err != nil {
		return Counted{}, err
	}
	out := Counted{KnownOn: known}
	sum := sha256.New()
	var line []byte
	err = x.EachPeriod(ctx, tenants, o.Span.To, known, func(p *figures.Period) error {
		out.Rows++
		line = figures.AppendPeriod(line[:0], p)
		sum.Write(line)
		return count.Add(p)
	})
	if err != nil {
		return Counted{}, err
	}
	out.SHA256 = hex.EncodeToString(sum.Sum(nil))
	out.Result, err = count.Result()
	return out, err
}

// EachPeriod gives every referral of tenants (all when nil) as the referral period it was on a day, of what had been recorded by known. The id is the house's own.
func (x *Registry) EachPeriod(ctx context.Context, tenants []string, asOf, known day.Day, each func(*figures.Period) error) error {
	if tenants == nil {
		var err error
		if tenants, err = x.Desk.Ledger.Tenants(ctx); err != nil {
			return err
		}
	}
	type one struct {
		figures.Period
		patient, field string
	}
	for _, tenant := range tenants {
		var all []one
		err := x.Desk.Ledger.EachReferral(ctx, tenant, func(id int64, recs []ledger.Record) error {
			log, err := desk.Entries(recs)
			if err != nil {
				return err
			}
			log = desk.Known(log, known)
			state := referral.FoldAsOf(log, asOf)
			if state.Seq > 0 && !state.ReceivedFirst().IsZero() {
				all = append(all, one{x.period(tenant, id, &state, log, asOf), state.Patient, state.Specialty})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("gather the referral periods: %w", err)
		}
		// referred again in a field where an earlier course had ended within the twelve months before
		type course struct{ patient, field string }
		ended := make(map[course][]day.Day)
		for i := range all {
			if p := &all[i]; p.patient != "" && !p.End.IsZero() {
				k := course{p.patient, p.field}
				ended[k] = append(ended[k], p.End)
			}
		}
		for i := range all {
			p := &all[i]
			p.ReReferred = slices.ContainsFunc(ended[course{p.patient, p.field}], func(d day.Day) bool {
				return d.Before(p.Received) && !d.Before(p.Received.AddMonths(-12)) && d != p.End
			})
			if err := each(&p.Period); err != nil {
				return err
			}
		}
	}
	return nil
}

// period is a referral in the registry's terms.
func (x *Registry) period(tenant string, id int64, r *referral.Referral, log []referral.Entry, asOf day.Day) figures.Period {
	q, _ := npr.Of(npr.Case{ID: tenant + "-" + strconv.FormatInt(id, 10), Referral: r, Log: log, AsOf: asOf, Org: x.Desk.Org})
	p := fromMessage(&q)
	p.Born = r.Born
	p.place(x, r, asOf)
	for _, l := range r.Letters {
		if l.Patient && (l.Kind == law.LetterGranted || l.Kind == law.LetterNotGranted) && (p.Letter.IsZero() || l.On.Before(p.Letter)) {
			p.Letter = l.On
		}
	}
	// where it stood before
	was := figures.Move{}
	var days []day.Day
	for _, ev := range referral.Speaking(log) {
		if ev != nil && !ev.On.After(asOf) {
			days = append(days, ev.On)
		}
	}
	slices.SortFunc(days, day.Day.Compare)
	for _, d := range slices.Compact(days) {
		state := referral.FoldAsOf(log, d)
		var at placed
		at.place(x, &state, d)
		now := figures.Move{Institution: at.Institution, Site: at.Site, Region: at.Region, Department: at.Department, Specialty: at.Specialty}
		if was.Institution != "" && was != now {
			moved := was
			moved.On = d
			p.Moves = append(p.Moves, moved)
		}
		was = now
	}
	return p.Period
}

type placed struct{ figures.Period }

// place finds the institution, site and unit by the house's own ids, which people can look up.
func (p *placed) place(x *Registry, r *referral.Referral, on day.Day) {
	at := npr.PlaceOf(r, x.Desk.Org, on)
	p.Institution, p.Site = at.Institution, at.Site
	if h, ok := x.Desk.Org.Provider(at.Institution); ok {
		p.Region = h.Region
		if p.Site == "" {
			p.Site = h.ID
		}
	}
	if u, ok := x.Desk.Org.Unit(at.Institution, r.Specialty, on); ok {
		p.Department = u.ID
	}
	q, _ := npr.Of(npr.Case{Referral: r})
	p.Specialty = q.Specialty
}

// fromMessage takes a referral period over from a message of the registry.
func fromMessage(q *npr.Period) placed {
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	p := placed{figures.Period{ID: q.ID, Seniority: q.Seniority, Received: q.Received, Assessed: q.Assessed, Right: n(q.Right), Outcome: n(cmp.Or(q.OutcomeOld, q.Outcome)), Deadline: q.Deadline,
		End: q.WaitEnd, EndCode: n(q.EndCode), Allocated: q.Allocated, Met: q.Attended, Specialty: q.Specialty, Level: n(q.CareLevel), Debtor: n(q.Debtor), SecondOpinion: q.SecondOpinion == "1",
		Helfo: n(q.Helfo), Institution: cmp.Or(q.Trust, q.Institution), Site: q.Site, Department: q.Department, Region: q.Region, Sex: q.Sex, BirthYear: q.BirthYear, Municipality: q.Municipality, DeptCode: q.DepartmentCode}}
	for _, u := range q.Postponements {
		p.Postponements = append(p.Postponements, figures.Postponement{Code: n(u.Code), On: u.On})
	}
	for _, t := range q.Times {
		p.Times = append(p.Times, n(t.Type))
	}
	return p
}

// ReadMessage begins to read a message of the registry as figures count it: what a message does not carry, the input has not got.
func ReadMessage(in io.Reader) (*figures.Rows, error) {
	has := make(map[string]bool)
	for _, name := range figures.Columns {
		has[name] = name != "brevDato" && name != "gjenhenvist" && name != "region"
	}
	return figures.Pull(has, func(yield func(*figures.Period, int, error) bool) error {
		_, err := npr.Scan(in, npr.Options{}, func(row *npr.Row) error {
			p := fromMessage(&row.Period)
			var wrong error
			if len(row.Problems) > 0 {
				wrong = &figures.RowError{Line: row.Line, Column: row.Problems[0].Field, Reason: row.Problems[0].Error()}
			}
			if !yield(&p.Period, row.Line, wrong) {
				return errStopped
			}
			return nil
		})
		if errors.Is(err, errStopped) {
			return nil
		}
		return err
	})
}

var errStopped = errors.New("no more periods are asked for")

const kindFigures = "figures"

// Published are figures that have been published: with what they rested on, so that they can be counted again, and never changed. Later facts give a later
// revision of the same figures.
type Published struct {
	Period   string          `json:"period"`
	By       []string        `json:"by,omitempty"`
	KnownOn  day.Day         `json:"known_on"`
	Revision int             `json:"revision"` // from 1
	At       int64           `json:"at"`       // UTC microseconds
	Actor    string          `json:"actor,omitempty"`
	Rows     int             `json:"rows"`
	SHA256   string          `json:"sha256"`
	Open     bool            `json:"small_numbers_shown,omitempty"`
	Cells    json.RawMessage `json:"cells"`
}

func publicationID(period string, by []string) string {
	id := period
	for _, b := range by {
		id += "/" + b
	}
	return id
}

// ErrUnchanged says that the same figures are published already.
var ErrUnchanged = errors.New("the same figures are published already")

// Publish keeps figures as they are published, in a tenant's papers. Figures that rest on the same rows as the latest revision are not kept twice: ErrUnchanged.
func (x *Registry) Publish(ctx context.Context, tenant, actor string, c Counted, open bool) (Published, error) {
	cells, err := json.Marshal(c.Result)
	if err != nil {
		return Published{}, err
	}
	known := c.KnownOn
	if known.IsZero() {
		known = x.Desk.Today()
	}
	at := x.Desk.Now().UTC().UnixMicro()
	p := Published{Period: c.Span.Label, By: c.By, KnownOn: known, Revision: 1, At: at, Actor: actor, Rows: c.Rows, SHA256: c.SHA256, Open: open, Cells: cells}
	id := publicationID(p.Period, p.By)
	old, have, err := x.Desk.Ledger.Paper(ctx, tenant, kindFigures, id)
	if err != nil {
		return p, err
	}
	if have {
		var last Published
		if err := json.Unmarshal(old.Body, &last); err != nil {
			return p, fmt.Errorf("published figures %s: %w", id, err)
		}
		if last.SHA256 == p.SHA256 && last.Open == p.Open {
			return last, ErrUnchanged
		}
		p.Revision = last.Revision + 1
	}
	body, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	_, err = x.Desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: kindFigures, ID: id, Seq: old.Seq, At: at, Actor: actor, Body: body})
	return p, err
}

// Revisions are all that was published of the same figures, the first first.
func (x *Registry) Revisions(ctx context.Context, tenant, period string, by []string) ([]Published, error) {
	papers, err := x.Desk.Ledger.PaperVersions(ctx, tenant, kindFigures, publicationID(period, by))
	if err != nil {
		return nil, err
	}
	out := make([]Published, len(papers))
	for i, p := range papers {
		if err := json.Unmarshal(p.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("published figures %s: %w", p.ID, err)
		}
	}
	slices.SortFunc(out, func(a, b Published) int { return a.Revision - b.Revision })
	return out, nil
}

// ErrNotTheSame says that published figures do not come out the same when counted again of what was known then.
var ErrNotTheSame = errors.New("the published figures come out differently when they are counted again of what was known then")

// Recount counts published figures again of what was known then, and tells whether they are the same.
func (x *Registry) Recount(ctx context.Context, tenants []string, p Published) error {
	span, err := figures.ParseSpan(p.Period)
	if err != nil {
		return err
	}
	if on := day.FromTime(time.UnixMicro(p.At)); span.To.After(on) {
		span.To = on
	}
	c, err := x.Figures(ctx, tenants, figures.Options{Span: span, By: p.By, Suppress: !p.Open}, p.KnownOn)
	if err != nil {
		return err
	}
	cells, err := json.Marshal(c.Result)
	if err != nil {
		return err
	}
	if c.SHA256 != p.SHA256 || string(cells) != string(p.Cells) {
		return fmt.Errorf("%s, revision %d: %w", publicationID(p.Period, p.By), p.Revision, ErrNotTheSame)
	}
	return nil
}
