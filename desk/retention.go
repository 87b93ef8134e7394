package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// What is deleted of the review of practice.
const (
	ExpiredKey    = "key"    // what joins a case at the trust with its identity-free copy
	ExpiredReview = "review" // the copy itself, once counted in the sums of its year
)

// sumsKind is the kind of paper the sums of a year are kept as, by the year of the decisions.
const sumsKind = "review-sums"

// An Expired is one thing that has been kept for as long as it is to be.
type Expired struct {
	Tenant string               `json:"tenant"`
	Matter int64                `json:"matter"`
	What   string               `json:"what"` // key · review
	Kept   law.Finding[day.Day] `json:"kept"` // the last day it was to be kept, and why

	message ledger.OutMessage
	copy    exception.Copy
}

// ReviewSums are what is left of the copies of a year's decisions in one trust: how many, by region of residence, route and outcome.
type ReviewSums struct {
	Rows    []ReviewSum `json:"rows"`
	Pending []string    `json:"pending,omitempty"` // counted, and about to be deleted: not to be counted again
}

// ReviewSum is one line of it.
type ReviewSum struct {
	Region  string               `json:"region"`
	Route   law.ExceptionRoute   `json:"route"`
	Outcome law.ExceptionOutcome `json:"outcome"`
	N       int                  `json:"n"`
}

// Expired finds what has been kept long enough by a day, in the order of tenants and matters: a key with its copy when both are.
func (d *Desk) Expired(ctx context.Context, on day.Day) ([]Expired, error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	slices.Sort(tenants)
	var out []Expired
	for _, tenant := range tenants {
		sent, err := d.Ledger.MessagesOfKind(ctx, tenant, CopyMessage)
		if err != nil {
			return nil, err
		}
		for _, m := range sent {
			if len(m.Body) == 0 {
				continue // deleted before
			}
			x := Expired{Tenant: tenant, Matter: m.Referral, message: m}
			if err := json.Unmarshal(m.Body, &x.copy); err != nil {
				return nil, fmt.Errorf("read the copy of %s/%d: %w", tenant, m.Referral, err)
			}
			c, err := d.PeekMatter(ctx, tenant, m.Referral, View{})
			if err != nil {
				return nil, fmt.Errorf("read the case of the copy of %s/%d: %w", tenant, m.Referral, err)
			}
			// The copy is of the decision as it was sent; a case opened again has another day.
			facts := c.State.ExceptionFacts
			decided := law.ExceptionFacts{DecidedOn: x.copy.DecidedOn}
			if x.Kept = law.ReviewKept(&decided, d.Settings); past(x.Kept, on) {
				x.What = ExpiredReview
				out = append(out, x)
				continue
			}
			if x.Kept = law.KeyKept(&facts, d.Settings); x.copy.Key != "" && past(x.Kept, on) {
				x.What = ExpiredKey
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// name tells a copy from the others of its trust.
func (x *Expired) name() string {
	return fmt.Sprintf("%d/%d/%d", x.message.Referral, x.message.Seq, x.message.N)
}

func past(kept law.Finding[day.Day], on day.Day) bool {
	return !kept.Value.IsZero() && on.After(kept.Value)
}

// retentionKind is the kind of paper each deletion is kept as, by when it was done.
const retentionKind = "retention"

// A Retention is one deletion of what had been kept long enough: when, by whom, and of how many keys and copies.
type Retention struct {
	At     time.Time `json:"-"`
	Actor  string    `json:"-"`
	Keys   int       `json:"keys"`
	Copies int       `json:"copies"`
}

// Retentions are the deletions that were done, the latest first.
func (d *Desk) Retentions(ctx context.Context) ([]Retention, error) {
	papers, err := d.Ledger.Papers(ctx, exception.National, retentionKind, "", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []Retention
	for _, p := range slices.Backward(papers) {
		x := Retention{At: time.UnixMicro(p.At), Actor: p.Actor}
		if err := json.Unmarshal(p.Body, &x); err != nil {
			return nil, fmt.Errorf("read the deletion %s: %w", p.ID, err)
		}
		out = append(out, x)
	}
	return out, nil
}

// noted writes down who deletes how much, before anything goes: nothing is deleted silently, not even when this is cut short.
func (d *Desk) noted(ctx context.Context, all []Expired, actor string) error {
	var x Retention
	for _, e := range all {
		if e.What == ExpiredKey {
			x.Keys++
		} else {
			x.Copies++
		}
	}
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	now := d.Now().UTC()
	_, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: exception.National, Kind: retentionKind, ID: now.Format("2006-01-02T15:04:05.000000"), At: now.UnixMicro(), Actor: actor, Body: body})
	return err
}

// Expire deletes what Expired finds, and tells what it was. A copy is counted in the sums of its year before it is deleted, once even when this is cut short and run again.
func (d *Desk) Expire(ctx context.Context, on day.Day, actor string) ([]Expired, error) {
	all, err := d.Expired(ctx, on)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if err := d.noted(ctx, all, actor); err != nil {
		return nil, err
	}
	byYear := make(map[string][]Expired) // tenant/year
	var order []string
	for _, x := range all {
		if x.What == ExpiredKey {
			x.copy.Key = ""
			body, err := json.Marshal(x.copy)
			if err != nil {
				return nil, err
			}
			if err := d.Ledger.RedactMessage(ctx, x.message, body); err != nil {
				return nil, err
			}
			continue
		}
		at := fmt.Sprintf("%s/%d", x.Tenant, x.copy.DecidedOn.Year())
		if byYear[at] == nil {
			order = append(order, at)
		}
		byYear[at] = append(byYear[at], x)
	}
	for _, at := range order {
		if err := d.sumUp(ctx, byYear[at], actor); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// sumUp counts the copies of one trust and year into its sums and deletes them.
func (d *Desk) sumUp(ctx context.Context, some []Expired, actor string) error {
	tenant, year := some[0].Tenant, fmt.Sprint(some[0].copy.DecidedOn.Year())
	p, sums, err := d.reviewSums(ctx, tenant, year)
	if err != nil {
		return err
	}
	before := sums.Pending
	sums.Pending = nil
	for _, x := range some {
		sums.Pending = append(sums.Pending, x.name())
		if slices.Contains(before, x.name()) {
			continue
		}
		sums.add(x.copy)
	}
	put := func() error {
		body, err := json.Marshal(sums)
		if err != nil {
			return err
		}
		p.Seq, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: sumsKind, ID: year, Seq: p.Seq, At: d.Now().UTC().UnixMicro(), Actor: actor, Body: body})
		return err
	}
	if err := put(); err != nil {
		return err
	}
	for _, x := range some {
		if err := d.Ledger.RedactMessage(ctx, x.message, nil); err != nil {
			return err
		}
	}
	sums.Pending = nil
	return put()
}

func (s *ReviewSums) add(c exception.Copy) {
	line := ReviewSum{Region: c.Region, Route: c.Route, Outcome: c.Outcome}
	for i := range s.Rows {
		if r := s.Rows[i]; r.Region == line.Region && r.Route == line.Route && r.Outcome == line.Outcome {
			s.Rows[i].N++
			return
		}
	}
	line.N = 1
	s.Rows = append(s.Rows, line)
	slices.SortFunc(s.Rows, func(a, b ReviewSum) int {
		return strings.Compare(a.Region+"/"+string(a.Route)+"/"+string(a.Outcome), b.Region+"/"+string(b.Route)+"/"+string(b.Outcome))
	})
}

func (d *Desk) reviewSums(ctx context.Context, tenant, year string) (ledger.Paper, ReviewSums, error) {
	var sums ReviewSums
	p, ok, err := d.Ledger.Paper(ctx, tenant, sumsKind, year)
	if err != nil || !ok || len(p.Body) == 0 {
		return p, sums, err
	}
	if err := json.Unmarshal(p.Body, &sums); err != nil {
		return p, sums, errors.Join(fmt.Errorf("the sums of %s for %s cannot be read", tenant, year), err)
	}
	return p, sums, nil
}

// ReviewSums gives what is left of the copies of a year's decisions in one trust.
func (d *Desk) ReviewSums(ctx context.Context, tenant, year string) (ReviewSums, error) {
	_, sums, err := d.reviewSums(ctx, tenant, year)
	return sums, err
}

// KeepReferralDraft is how many days a draft of a referral is kept untouched. No norm gives it: a draft is nobody's record, and is not to become one.
const KeepReferralDraft = 90

// ExpireReferralDrafts erases the drafts of referrals nobody has touched for so long, as of a day, and tells how many. dry: it only counts.
func (d *Desk) ExpireReferralDrafts(ctx context.Context, on day.Day, dry bool) (n int, err error) {
	all, err := d.Ledger.Papers(ctx, HouseTenant, ReferralDraftPaper, "", 0, 0)
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		if on.Sub(day.FromTime(time.UnixMicro(p.At))) <= KeepReferralDraft {
			continue
		}
		if !dry {
			if err := d.Ledger.ErasePaper(ctx, HouseTenant, ReferralDraftPaper, p.ID); err != nil {
				return n, err
			}
		}
		n++
	}
	return n, nil
}
