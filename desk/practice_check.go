package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"rettid/exception"
	"rettid/ledger"
)

// A ReviewCheck is what came of checking a review's numbers against the digest in its log, and of counting them again from the logs of the cases.
type ReviewCheck struct {
	Kept    bool     `json:"kept"`    // there are numbers
	Digest  string   `json:"digest"`  // of the numbers that are kept, counted again
	Same    bool     `json:"same"`    // it is the digest the review was made with
	Differs []string `json:"differs"` // where the numbers, counted again from what had been recorded, are not those that are kept; at most MaxDiffering
	Counted int      `json:"counted"` // numbers and words that were compared
}

// Sound tells whether nothing was found wrong.
func (c ReviewCheck) Sound() bool { return !c.Kept || c.Same && len(c.Differs) == 0 }

// MaxDiffering is how many differences are told of.
const MaxDiffering = 20

// reviewedAt is when a review was made: what was recorded later is not in its numbers.
func reviewedAt(c MatterCase) time.Time {
	for i := len(c.Log) - 1; i >= 0; i-- {
		if _, ok := c.Log[i].Event.Ask.(*exception.ReviewPractice); ok {
			if at := slices.IndexFunc(c.Records, func(r ledger.Record) bool { return r.Seq == c.Log[i].Seq }); at >= 0 {
				return time.UnixMicro(c.Records[at].At)
			}
		}
	}
	return time.Time{}
}

// CheckReview counts a review again: the digest from the numbers that are kept, and the numbers from the logs of the cases, by what had been recorded when it was made and against its own version of the
// population. Numbers a later edition of the program has come to make are not asked of an older review.
func (d *Desk) CheckReview(ctx context.Context, matter int64) (ReviewCheck, error) {
	c, err := d.PeekMatter(ctx, exception.National, matter, View{})
	if err != nil {
		return ReviewCheck{}, err
	}
	r := c.State.Review
	if r == nil {
		return ReviewCheck{}, ErrMissing
	}
	p, ok, err := d.Ledger.Paper(ctx, exception.National, ReviewPaper, strconv.FormatInt(matter, 10))
	if err != nil || !ok || p.Gone || r.Digest == "" {
		return ReviewCheck{}, err
	}
	sum := sha256.Sum256(p.Body)
	out := ReviewCheck{Kept: true, Digest: hex.EncodeToString(sum[:])}
	out.Same = out.Digest == r.Digest
	again, err := d.PracticeReview(ctx, r.From, r.To, reviewedAt(c), r.People)
	if errors.Is(err, ErrNoPopulation) {
		out.Differs = []string{fmt.Sprintf("version %d of the population is not there", r.People)}
		return out, nil
	} else if err != nil {
		return out, err
	}
	text, err := json.Marshal(again)
	if err != nil {
		return out, fmt.Errorf("write the numbers of review %d: %w", matter, err)
	}
	var kept, counted any
	for b, into := range map[*[]byte]*any{&p.Body: &kept, &text: &counted} {
		dec := json.NewDecoder(bytes.NewReader(*b))
		dec.UseNumber()
		if err := dec.Decode(into); err != nil {
			return out, fmt.Errorf("the numbers of review %d: %w", matter, err)
		}
	}
	out.compare("", kept, counted)
	return out, nil
}

// compare goes through what is kept.
func (c *ReviewCheck) compare(at string, kept, counted any) {
	differs := func() {
		if len(c.Differs) < MaxDiffering {
			c.Differs = append(c.Differs, fmt.Sprintf("%s: kept %s, counted again %s", at, brief(kept), brief(counted)))
		}
	}
	switch k := kept.(type) {
	case map[string]any:
		n, ok := counted.(map[string]any)
		if !ok {
			differs()
			return
		}
		for _, key := range slices.Sorted(maps.Keys(k)) {
			c.compare(at+"/"+key, k[key], n[key])
		}
	case []any:
		n, ok := counted.([]any)
		if !ok || len(n) != len(k) {
			differs()
			return
		}
		for i := range k {
			c.compare(at+"/"+strconv.Itoa(i), k[i], n[i])
		}
	default:
		if c.Counted++; kept != counted {
			differs()
		}
	}
}

// brief is a value in a few letters.
func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil || v == nil {
		return "nothing"
	}
	if len(b) > 60 {
		return string(b[:60]) + "…"
	}
	return string(b)
}

// verifyReviews checks the numbers of every review.
func (d *Desk) verifyReviews(ctx context.Context, v *Verification) error {
	papers, err := d.Ledger.Papers(ctx, exception.National, ReviewPaper, "", 0, 0)
	if err != nil {
		return err
	}
	for _, p := range papers {
		id, err := strconv.ParseInt(p.ID, 10, 64)
		if err != nil || p.Gone {
			continue
		}
		problem := func(what string) {
			v.add(Problem{Kind: "finding", Tenant: exception.National, Referral: id, What: what})
		}
		c, err := d.CheckReview(ctx, id)
		switch {
		case errors.Is(err, ErrMissing):
			problem("there are numbers of a review and no log of it")
			continue
		case err != nil:
			return err
		}
		v.Reviews++
		if c.Kept && !c.Same {
			problem("the numbers of the review are not those its digest was taken of")
		}
		for _, x := range c.Differs {
			problem("the review's numbers counted again: " + x)
		}
	}
	return nil
}
