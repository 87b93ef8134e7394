package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"rettid/day"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// The papers of the review of practice, of the national tenant: who lives where, as the file of «rettid equity» (id residents, every version kept); the numbers of a review (id: the matter's number); what is
// published of a year (id: the year).
const (
	PopulationPaper  = "population"
	PopulationID     = "residents"
	ReviewPaper      = "practice-review"
	PublicationPaper = "practice-publication"
)

// ErrNoPopulation tells that nobody has given a population to hold applications against.
var ErrNoPopulation = errors.New("there is no population: give a file of who lives where, with area, region, age_group and population")

// ErrYearPublished tells that the year has its publication, which stands: another over the same cases could be set against it.
var ErrYearPublished = errors.New("the year is published already, and what is published stands")

// PracticeNumbers are the numbers of a review, for those who make it: small numbers are in them.
type PracticeNumbers struct {
	From       day.Day            `json:"from"`
	To         day.Day            `json:"to"`
	KnownOn    day.Day            `json:"known_on"`
	People     int                `json:"people"` // the version of the population
	Cases      int                `json:"cases"`
	Dimensions []equity.Dimension `json:"dimensions"`
	Months     []equity.Point     `json:"months"`
	Waits      map[string][]int   `json:"waits"` // by region, in order
	Asked      int                `json:"asked"` // patients who asked without the doctor applying (I-9)
	NoUse      []string           `json:"no_use"`
	Load       []law.Reason       `json:"load,omitempty"`
	Known      *equity.Known      `json:"known,omitempty"` // what published figures speak of; nil in a review from before they were held against it
}

// Population gives who lives where, placed by the tables of a day, and which version it is; ErrNoPopulation when there is none.
func (d *Desk) Population(ctx context.Context, on day.Day) ([]equity.Group, int, error) {
	return d.populationOf(ctx, on, 0)
}

// populationOf gives one version of who lives where; the latest for 0.
func (d *Desk) populationOf(ctx context.Context, on day.Day, version int) ([]equity.Group, int, error) {
	p, ok, err := d.Ledger.Paper(ctx, exception.National, PopulationPaper, PopulationID)
	if err == nil && version > 0 && version != p.Seq {
		var all []ledger.Paper
		all, err = d.Ledger.PaperVersions(ctx, exception.National, PopulationPaper, PopulationID)
		i := slices.IndexFunc(all, func(p ledger.Paper) bool { return p.Seq == version })
		if ok = i >= 0; ok {
			p = all[i]
		}
	}
	if err != nil {
		return nil, 0, err
	}
	if !ok || p.Gone {
		return nil, 0, ErrNoPopulation
	}
	people, _, err := equity.ReadPopulation(bytes.NewReader(p.Body), "population")
	return equity.Settled(people, d.Org, on), p.Seq, err
}

// practiceInput gives what a review of a period is made from, of what had been recorded by a time, and against a version of the population (0: the latest).
func (d *Desk) practiceInput(ctx context.Context, from, to day.Day, until time.Time, version int) (equity.Input, []exception.Numbered, int, error) {
	in := equity.Input{Settings: equity.Default()}
	people, version, err := d.populationOf(ctx, to, version)
	if err != nil {
		return in, nil, 0, err
	}
	in.Population = people
	apps, err := d.known(ctx, ledger.MatterQuery{Kinds: []string{string(law.SingleException)}, ReceivedFrom: from, ReceivedTo: to}, until)
	if err != nil {
		return in, nil, 0, err
	}
	for _, a := range apps {
		if a.State.ReceivedOn.Before(from) || a.State.ReceivedOn.After(to) {
			continue
		}
		if c, ok := equity.CaseOf(a.State, people); ok {
			in.Cases = append(in.Cases, c)
		}
	}
	return in, apps, version, nil
}

// known gives matters of every tenant as they stood by what had been recorded by a time.
func (d *Desk) known(ctx context.Context, q ledger.MatterQuery, until time.Time) ([]exception.Numbered, error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	q.Tenants, q.Process, q.Limit = append(tenants, exception.National), exception.Process, 1<<20
	rows, _, err := d.Ledger.Matters(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make(map[string][]int64)
	for _, r := range rows {
		ids[r.Tenant] = append(ids[r.Tenant], r.Matter)
	}
	states := make(map[string]map[int64]*exception.Matter)
	on, at := day.FromTime(until), until.UTC().UnixMicro()
	for tenant, some := range ids { // the logs of each trust by one question, not one for each matter
		states[tenant] = make(map[int64]*exception.Matter)
		err := d.Ledger.LogsOf(ctx, tenant, some, func(id int64, recs []ledger.Record) error {
			n := len(recs)
			for n > 0 && (recs[n-1].Known.After(on) || recs[n-1].At > at) {
				n--
			}
			if n == 0 {
				return nil
			}
			log, err := MatterEntries(recs[:n])
			if err != nil {
				return err
			}
			m := exception.Fold(log)
			states[tenant][id] = &m
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var out []exception.Numbered
	for _, r := range rows {
		if m := states[r.Tenant][r.Matter]; m != nil {
			out = append(out, exception.Numbered{Tenant: r.Tenant, ID: r.Matter, State: m})
		}
	}
	return out, nil
}

// PracticeReview computes a review of the applications received in a period, of what had been recorded by a time, against a version of the population (0: the latest).
func (d *Desk) PracticeReview(ctx context.Context, from, to day.Day, until time.Time, version int) (PracticeNumbers, error) {
	known := day.FromTime(until)
	n := PracticeNumbers{From: from, To: to, KnownOn: known}
	in, apps, version, err := d.practiceInput(ctx, from, to, until, version)
	if err != nil {
		return n, err
	}
	n.People, n.Cases = version, len(in.Cases)
	n.Dimensions = equity.ReviewBy(in, equity.Axes...)
	n.Months = equity.Run(in.Cases, 36)
	n.Waits = make(map[string][]int)
	for _, x := range n.Dimensions {
		if x.Axis == equity.ByRegion {
			for _, l := range x.Lines {
				n.Waits[l.Area.Area] = l.Days.Each
			}
		}
	}
	states := make([]*exception.Matter, len(apps))
	for i := range apps {
		states[i] = apps[i].State
	}
	var trusts []string
	for _, p := range d.Org.Tenants() {
		if p.Kind == "public" {
			trusts = append(trusts, p.ID)
		}
	}
	n.NoUse = exception.NoUse(states, trusts, to)
	groups, err := d.known(ctx, ledger.MatterQuery{Kinds: []string{string(law.GroupException)}, ReceivedFrom: from, ReceivedTo: to}, until)
	if err != nil {
		return n, err
	}
	for i := range groups {
		states = append(states, groups[i].State)
	}
	n.Load = exception.LoadIn(states, to.Year())
	n.Known = d.knownOf(apps, in.Population, from, to, known)
	participation := exception.ReportParticipation(groups, from, to, d.Law(known))
	n.Known.Groups, n.Known.Honoured = len(participation.Cases), participation.Honoured
	asked, err := d.known(ctx, ledger.MatterQuery{Kinds: []string{string(law.PatientRequest)}, ReceivedFrom: from, ReceivedTo: to}, until)
	n.Asked = len(asked)
	return n, err
}

// knownOf counts what published figures speak of: each route's applications, decisions and time, and how many of those granted so long ago that treatment is to have begun have begun.
func (d *Desk) knownOf(apps []exception.Numbered, people []equity.Group, from, to, known day.Day) *equity.Known {
	set := d.Law(known)
	cases, by := make(map[law.ExceptionRoute][]equity.Case), make(map[law.ExceptionRoute][]day.Day)
	out := new(equity.Known)
	for _, a := range apps {
		m := a.State
		c, ok := equity.CaseOf(m, people)
		if !ok || m.ReceivedOn.Before(from) || m.ReceivedOn.After(to) {
			continue
		}
		cases[m.Route] = append(cases[m.Route], c)
		by[m.Route] = append(by[m.Route], law.DecideExceptionBy(&m.ExceptionFacts, set).Value)
		if m.Outcome.Granted() && m.DecidedOn.Add(set.StartDays).Before(known) {
			out.ToStart++
			if !m.StartedOn.IsZero() {
				out.Started++
			}
		}
	}
	out.Single, out.Access = equity.RouteOf(cases[law.RouteSingle], by[law.RouteSingle]), equity.RouteOf(cases[law.RouteAccess], by[law.RouteAccess])
	return out
}

// MakeReview makes a review and keeps it: the matter with its signals and the digest of the numbers, and the numbers as a paper. Done again with the same key it is made once.
func (d *Desk) MakeReview(ctx context.Context, key string, at exception.At, known time.Time, name string, from, to day.Day, conclusion string) (MatterOutcome, PracticeNumbers, error) {
	n, err := d.PracticeReview(ctx, from, to, known, 0)
	if err != nil {
		return MatterOutcome{}, n, err
	}
	digest, err := equity.Digest(n)
	if err != nil {
		return MatterOutcome{}, n, err
	}
	c := &exception.ReviewPractice{Name: name, From: from, To: to, By: []string{"region", "age", "sex", "provider", "route"}, Conclusion: exception.Say(conclusion), KnownOn: n.KnownOn, Digest: digest, People: n.People}
	for _, f := range equity.ReadOut(n.Dimensions) {
		if f.Signal != equity.None {
			c.Signals = append(c.Signals, exception.Signalled{Finding: f.ID(), Signal: string(f.Signal)})
		}
	}
	out, err := d.TakeMatter(ctx, MatterOrder{Tenant: exception.National, Key: key, At: at, Known: known, Do: c})
	if err != nil {
		return out, n, err
	}
	body, err := json.Marshal(n)
	if err != nil {
		return out, n, fmt.Errorf("write the numbers of a review: %w", err)
	}
	_, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: exception.National, Kind: ReviewPaper, ID: strconv.FormatInt(out.Matter, 10), At: known.UTC().UnixMicro(), Actor: at.Actor, Body: body})
	if errors.Is(err, ledger.ErrPaperChanged) { // the same key again
		err = nil
	}
	return out, n, err
}

// ReviewNumbers reads the numbers of a review that was made; false when they were not kept, as of a review from before there were any.
func (d *Desk) ReviewNumbers(ctx context.Context, matter int64) (PracticeNumbers, bool, error) {
	var n PracticeNumbers
	p, ok, err := d.Ledger.Paper(ctx, exception.National, ReviewPaper, strconv.FormatInt(matter, 10))
	if err != nil || !ok || p.Gone {
		return n, false, err
	}
	if err := json.Unmarshal(p.Body, &n); err != nil {
		return n, false, fmt.Errorf("the numbers of review %d: %w", matter, err)
	}
	return n, true, nil
}

// PublishReview publishes a review as the review of its last year: once, in the one layout. A year that is not over is refused, and the window is the review's own.
func (d *Desk) PublishReview(ctx context.Context, key string, at exception.At, known time.Time, matter int64) (equity.Publication, error) {
	c, err := d.PeekMatter(ctx, exception.National, matter, View{})
	if err != nil {
		return equity.Publication{}, err
	}
	r := c.State.Review
	if r == nil {
		return equity.Publication{}, ErrMissing
	}
	year := r.To.Year()
	if _, ok, err := d.Publication(ctx, year); err != nil || ok {
		if err == nil {
			err = ErrYearPublished
		}
		return equity.Publication{}, err
	}
	until := reviewedAt(c)
	in, _, _, err := d.practiceInput(ctx, r.From, r.To, until, r.People)
	if err != nil {
		return equity.Publication{}, err
	}
	asked, err := d.known(ctx, ledger.MatterQuery{Kinds: []string{string(law.PatientRequest)}, ReceivedFrom: r.From, ReceivedTo: r.To}, until)
	if err != nil {
		return equity.Publication{}, err
	}
	p := equity.Publish(in, year, r.From, r.To, r.KnownOn, len(asked))
	digest, err := equity.Digest(p)
	if err != nil {
		return p, err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return p, fmt.Errorf("write a publication: %w", err)
	}
	step := MatterOrder{Tenant: exception.National, Matter: matter, Key: key, At: at, Known: known, Do: &exception.PublishReview{Year: year, Digest: digest}}
	if _, err := d.TryMatter(ctx, step); err != nil { // before the paper, which stands once it is put
		return p, err
	}
	_, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: exception.National, Kind: PublicationPaper, ID: strconv.Itoa(year), At: known.UTC().UnixMicro(), Actor: at.Actor, Body: body})
	if errors.Is(err, ledger.ErrPaperChanged) {
		return p, ErrYearPublished
	}
	if err != nil {
		return p, err
	}
	_, err = d.TakeMatter(ctx, step)
	return p, err
}

// Publication reads what is published of a year.
func (d *Desk) Publication(ctx context.Context, year int) (equity.Publication, bool, error) {
	var out equity.Publication
	p, ok, err := d.Ledger.Paper(ctx, exception.National, PublicationPaper, strconv.Itoa(year))
	if err != nil || !ok || p.Gone {
		return out, false, err
	}
	if err := json.Unmarshal(p.Body, &out); err != nil {
		return out, false, fmt.Errorf("the publication of %d: %w", year, err)
	}
	return out, true, nil
}
