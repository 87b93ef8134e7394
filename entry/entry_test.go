package entry_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"rettid/day"
	"rettid/entry"
	"rettid/law"
)

// A till is the smallest case there is: coins are put in and taken out, and there is never less than nothing.
type till struct {
	sum, seq int
}

type (
	coins  struct{ N int }
	mended struct {
		Seq    int
		With   entry.Command `json:"-"`
		Strike bool
	}
	given struct{}
	found struct{ Sum int }
	kind  struct{}

	event = entry.Event[kind, entry.Command, given, found]
	line  = entry.Entry[kind, entry.Command, given, found]
)

func (*coins) Verb() string  { return "coins" }
func (*mended) Verb() string { return "mended" }

func (kind) Room() string   { return "till" }
func (kind) Prefix() string { return "till/" }
func (kind) Make(verb string) (entry.Command, bool) {
	switch verb {
	case "coins":
		return &coins{}, true
	case "mended":
		return &mended{}, true
	}
	return nil, false
}
func (kind) Correction(c entry.Command) (entry.Correction[entry.Command], bool) {
	if m, ok := c.(*mended); ok {
		return entry.Correction[entry.Command]{Seq: m.Seq, With: &m.With, Strike: m.Strike}, true
	}
	return entry.Correction[entry.Command]{}, false
}

var rules = entry.Rules[till, kind, entry.Command, given, found]{
	Decide: func(t *till, c entry.Command, at entry.At, _ given, _ *law.Settings) (*event, error) {
		sum := t.sum + c.(*coins).N
		if sum < 0 {
			return nil, &entry.Refusal{Objections: law.Objections{law.Impossible("empty", law.N(t.sum))}}
		}
		return &event{On: at.On, Actor: at.Actor, Ask: c, Found: found{sum}}, nil
	},
	Fold: func(t *till, e *event) { t.sum += e.Ask.(*coins).N },
	Seq:  func(t *till) *int { return &t.seq },
}

var began = day.On(2026, 1, 5)

func put(t *testing.T, log []line, on day.Day, c entry.Command) []line {
	t.Helper()
	e, err := rules.Answer(log, c, entry.At{On: on, Actor: "u1"}, given{}, law.Default())
	if err != nil {
		t.Fatal(err)
	}
	return append(log, line{Seq: len(log) + 1, Known: on, Event: e})
}

func TestCorrectionSpeaksInTheEntrysPlace(t *testing.T) {
	log := put(t, nil, began, &coins{5})
	log = put(t, log, began.Add(1), &coins{-3})
	log = put(t, log, began.Add(2), &mended{Seq: 1, With: &coins{7}})
	if s := rules.Replay(log, day.Day{}); s.sum != 4 || s.seq != 3 {
		t.Errorf("after the correction the till holds %d at entry %d, want 4 at 3", s.sum, s.seq)
	}
	if s := rules.Replay(log[:2], day.Day{}); s.sum != 2 {
		t.Errorf("as it was known before, the till held %d, want 2", s.sum)
	}
	if s := rules.Replay(log, began); s.sum != 7 {
		t.Errorf("as of the first day the till held %d, want 7", s.sum)
	}
	if then := log[2].Event.Then[2]; then == nil || then.Found.Sum != 4 {
		t.Errorf("the later entry was not decided again: %+v", then)
	}
	if log[0].Event.Found.Sum != 5 {
		t.Error("the corrected entry was changed")
	}
	diff, s, err := rules.Recheck(log, func(day.Day) *law.Settings { return law.Default() })
	if err != nil || len(diff) > 0 || s.sum != 4 {
		t.Errorf("rechecked: %+v, %d, %v", diff, s.sum, err)
	}
}

// A later step that would have been refused stands, and it is said.
func TestCorrectionQuestionsLaterSteps(t *testing.T) {
	log := put(t, nil, began, &coins{5})
	log = put(t, log, began.Add(1), &coins{5})
	log = put(t, log, began.Add(2), &coins{-8})
	log = put(t, log, began.Add(3), &mended{Seq: 2, Strike: true})
	e := log[3].Event
	if len(e.Warned) != 1 || e.Then[3] != nil {
		t.Errorf("warned %v, decided again %v, want one warning and the step as it stood", e.Warned, e.Then)
	}
	for _, c := range []*mended{{Seq: 9, Strike: true}, {Seq: 1, Strike: true}, {Seq: 2, Strike: true}} {
		var refusal *entry.Refusal
		if _, err := rules.Answer(log, c, entry.At{On: began.Add(4)}, given{}, law.Default()); !errors.As(err, &refusal) {
			t.Errorf("correcting entry %d again gives %v, want a refusal", c.Seq, err)
		}
	}
}

func TestEventsAreReadAsWritten(t *testing.T) {
	log := put(t, nil, began, &coins{5})
	log = put(t, log, began, &mended{Seq: 1, With: &coins{6}})
	b, err := json.Marshal(log[1].Event)
	if err != nil {
		t.Fatal(err)
	}
	var back event
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if with := back.Ask.(*mended).With; with == nil || with.(*coins).N != 6 || back.Kind() != "till/mended" {
		t.Errorf("read back: %s with %v", back.Kind(), with)
	}
	err = json.Unmarshal([]byte(`{"do":"stolen","ask":{},"on":"2026-01-05"}`), &back)
	if err == nil || !strings.Contains(err.Error(), `till: the log holds an event "stolen"`) {
		t.Errorf("an unknown event gives %v", err)
	}
}

func TestRecheckTellsWhatDiffers(t *testing.T) {
	log := put(t, nil, began, &coins{5})
	log = put(t, log, began, &coins{-5})
	log[0].Event.Found.Sum = 6
	log[1].Event.Ask.(*coins).N = -9
	diff, _, err := rules.Recheck(log, func(day.Day) *law.Settings { return law.Default() })
	if err != nil {
		t.Fatal(err)
	}
	if len(diff) != 2 || diff[0].What != "found" || diff[1].What != "refused" {
		t.Errorf("differences %+v, want found and refused", diff)
	}
}
