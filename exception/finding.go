package exception

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// FindingKinds are the answers to a finding of a review: an explanation, an action, or none with its reason.
var FindingKinds = []string{"explanation", "action", "none"}

// FindingOwners are who can answer for what is done: the secretariat, or a region's medical director.
var FindingOwners = append([]string{"secretariat"}, law.UserPanels...)

// followFindings counts what the findings of a review still ask for.
func (m *Matter) followFindings() {
	m.Unanswered, m.FollowBy = 0, day.Day{}
	for _, s := range m.Review.Signals {
		if !slices.ContainsFunc(m.Review.Tasks, func(t Task) bool { return t.Finding == s.Finding }) {
			m.Unanswered++
		}
	}
	for _, t := range m.Review.Tasks {
		if t.Closed.IsZero() && (m.FollowBy.IsZero() || t.By.Before(m.FollowBy)) {
			m.FollowBy = t.By
		}
	}
}

// review gives a copy of the review that may be changed.
func (m *Matter) reviewed() *Review {
	r := Review{}
	if m.Review != nil {
		r = *m.Review
	}
	r.Tasks = slices.Clone(r.Tasks)
	return &r
}

// AnswerFinding is what is done about a finding, who sees to it, and by which day. Given again it speaks in the place of the earlier, which stays in the log.
type AnswerFinding struct {
	Finding string  `json:"finding"`
	Kind    string  `json:"kind"`
	Owner   string  `json:"owner"`
	By      day.Day `json:"by"`
	Words   Text    `json:"words,omitzero"`
}

func (AnswerFinding) Verb() string                                    { return "answer_finding" }
func (AnswerFinding) about() (law.ExceptionKind, []law.ExceptionKind) { return "", review }
func (c *AnswerFinding) texts() []*Text                               { return []*Text{&c.Words} }
func (c *AnswerFinding) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Review == nil || !slices.ContainsFunc(m.Review.Signals, func(s Signalled) bool { return s.Finding == c.Finding }) || !slices.Contains(FindingKinds, c.Kind) || !slices.Contains(FindingOwners, c.Owner) || c.By.Before(at.On) {
		return Found{}, law.Objections{law.Impossible("x-finding")}
	}
	return Found{}, law.AnonymousObjections(c.Words.Words)
}
func (c *AnswerFinding) fold(m *Matter, e *Event) {
	r := m.reviewed()
	t := Task{Finding: c.Finding, Kind: c.Kind, Owner: c.Owner, By: c.By, Words: c.Words, On: e.On}
	if i := slices.IndexFunc(r.Tasks, func(x Task) bool { return x.Finding == c.Finding }); i >= 0 {
		r.Tasks[i] = t
	} else {
		r.Tasks = append(r.Tasks, t)
	}
	m.Review = r
	m.followFindings()
}

// CloseFinding tells what came of a task: it is done, or it is given a later day.
type CloseFinding struct {
	Finding string  `json:"finding"`
	Later   day.Day `json:"later,omitzero"` // zero: it is closed
	Words   Text    `json:"words,omitzero"`
}

func (CloseFinding) Verb() string                                    { return "close_finding" }
func (CloseFinding) about() (law.ExceptionKind, []law.ExceptionKind) { return "", review }
func (c *CloseFinding) texts() []*Text                               { return []*Text{&c.Words} }
func (c *CloseFinding) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Review == nil || !slices.ContainsFunc(m.Review.Tasks, func(t Task) bool { return t.Finding == c.Finding && t.Closed.IsZero() }) || !c.Later.IsZero() && c.Later.Before(at.On) {
		return Found{}, law.Objections{law.Impossible("x-finding")}
	}
	return Found{}, law.AnonymousObjections(c.Words.Words)
}
func (c *CloseFinding) fold(m *Matter, e *Event) {
	r := m.reviewed()
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.Finding == c.Finding {
			if t.Result = c.Words; c.Later.IsZero() {
				t.Closed = e.On
			} else {
				t.By = c.Later
				t.Moved++
			}
		}
	}
	m.Review = r
	m.followFindings()
}

// PublishReview publishes the year's review in its one layout. What is published stands, and is never made anew over the same cases.
type PublishReview struct {
	Year   int    `json:"year"`
	Digest string `json:"digest"` // SHA-256 of what is published
}

func (PublishReview) Verb() string                                    { return "publish_review" }
func (PublishReview) about() (law.ExceptionKind, []law.ExceptionKind) { return "", review }
func (c *PublishReview) texts() []*Text                               { return nil }
func (c *PublishReview) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Review == nil || !m.PublishedOn.IsZero() {
		return Found{}, law.Objections{law.Impossible("x-published")}
	}
	if y, ok := m.Review.Year(); !ok || y != c.Year || !at.On.After(m.Review.To) {
		return Found{}, law.Objections{law.Impossible("x-year-not-over", law.D(day.On(m.Review.To.Year(), 12, 31)))}
	}
	return Found{}, nil
}
func (c *PublishReview) fold(m *Matter, e *Event) {
	r := m.reviewed()
	r.Published = c.Digest
	m.Review, m.PublishedOn = r, e.On
}

// Year is the year a review can be published as: one that goes to the year's last day and was made after it. What came later in the year would else never be published, or be set against what is, and a small
// number be the difference.
func (r *Review) Year() (int, bool) {
	y := r.To.Year()
	return y, r.To == day.On(y, 12, 31) && r.KnownOn.After(r.To)
}
