package web

import (
	"strconv"

	"rettid/desk"
	"rettid/equity"
	"rettid/words"
)

// What is published of the scheme, beside what the review holds that can be set against it (X-1101 to X-1106); and the check of the review's own numbers.

// A knownLine is one published thing, and what the review has to say to it.
type knownLine struct {
	Published string
	Held      []string
}

type knownView struct {
	Lines   []knownLine
	Columns []string // of regions, then and now
	Regions [][]string
	Seen    []string // the heads of what could be seen
	Sights  [][]string
}

func (v *view) knownFigures(n desk.PracticeNumbers) knownView {
	d := dimension(n, equity.ByRegion)
	if d == nil {
		return knownView{}
	}
	var held equity.Known
	if n.Known != nil {
		held = *n.Known
	}
	says := make(map[string][]string)
	for _, f := range held.HeldAgainst(*d, n.From, n.To) {
		if f.Rule != "X-1101" && (n.Known != nil || f.Code == "known_sight" || f.Code == "known_not_measured") {
			says[f.Rule] = append(says[f.Rule], v.findingText(f))
		}
	}
	var out knownView
	for _, rule := range []string{"1101", "1102", "1103", "1104", "1106"} {
		out.Lines = append(out.Lines, knownLine{v.T("review.known.x" + rule), says["X-"+rule]})
	}
	signal := func(l equity.Line) string {
		if l.SR == nil {
			return v.T("review.too_few")
		}
		return signalStatus(v, *l.Signal).Text
	}
	for _, c := range equity.CompareRegions(*d) {
		out.Regions = append(out.Regions, []string{v.region(c.Now.Area.Area), v.count(c.Then.Observed), v.num(c.Then.Rate, 2), v.num(c.Then.SR, 2), signal(c.Then), v.count(c.Now.Observed), v.num(c.Now.SR, 2), signal(c.Now), v.T("review.known." + c.Code)})
	}
	out.Columns = []string{v.T("review.axis.region"), v.T("review.known.then"), v.T("review.col.rate"), v.T("review.ratio"), v.T("review.signal"), v.T("review.known.now"), v.T("review.ratio"), v.T("review.signal"), v.T("review.known.beside")}
	low := func(s equity.Sight) string {
		if s.Low {
			return v.T("answer.yes")
		}
		return v.T("answer.no")
	}
	own := equity.SightOf(*d, float64(held.Access.Applied))
	for i, s := range equity.SightOf(*d, equity.PublishedAccess) {
		row := []string{v.region(s.Region), words.Percent(v.Lang, s.Share, 0), words.Decimal(v.Lang, s.Expected, 1), v.T("review.least", s.Least, words.Decimal(v.Lang, s.Ratio, 2)), low(s)}
		if i < len(own) {
			o := own[i]
			row = append(row, words.Decimal(v.Lang, o.Expected, 1), v.T("review.least", o.Least, words.Decimal(v.Lang, o.Ratio, 2)), low(o))
		}
		out.Sights = append(out.Sights, row)
	}
	out.Seen = []string{v.T("review.axis.region"), v.T("review.sight.share"), v.T("review.sight.expected", equity.PublishedAccess), v.T("review.col.least"), v.T("review.sight.low")}
	if len(own) > 0 {
		out.Seen = append(out.Seen, v.T("review.sight.expected", held.Access.Applied), v.T("review.col.least"), v.T("review.sight.low"))
	}
	return out
}

// checkReview is the review's numbers counted again, in words; empty when it was not asked for.
func (s *site) checkReview(v *view, id int64, asked bool) (status, []string, error) {
	if !asked {
		return status{}, nil, nil
	}
	c, err := s.desk.CheckReview(v.ctx, id)
	switch {
	case err != nil:
		return status{}, nil, err
	case !c.Kept:
		return status{"info", "", v.T("review.check.none")}, nil, nil
	case c.Sound():
		return status{"check", "done", v.T("review.check.sound", words.Number(v.Lang, c.Counted))}, nil, nil
	}
	var says []string
	if !c.Same {
		says = append(says, v.T("review.check.digest", c.Digest))
	}
	for i, x := range c.Differs {
		if i == 5 {
			says = append(says, v.T("review.check.more", strconv.Itoa(len(c.Differs)-5)))
			break
		}
		says = append(says, x)
	}
	return status{"late", "late", v.T("review.check.differs")}, says, nil
}
