package referral

import (
	"rettid/day"
	"rettid/law"
)

// A Course is a log with its state carried along, for those who decide many entries one after the other: what [Decide] and [Fold] would find from
// the whole log, without reading it anew for each.
type Course struct {
	Log   []Entry
	State Referral
}

// Decide answers a command on the course so far, and changes nothing; see [Decide].
func (c *Course) Decide(do Command, at At, g Given, s *law.Settings) (*Event, error) {
	if _, ok := do.(*Correct); ok {
		return Decide(c.Log, do, at, g, s)
	}
	return decideOn(&c.State, do, at, g, s)
}

// Record adds an event to the course.
func (c *Course) Record(known day.Day, e *Event) {
	seq := len(c.Log) + 1
	c.Log = append(c.Log, Entry{Seq: seq, Known: known, Event: e})
	if _, ok := e.Ask.(*Correct); ok {
		c.State = Fold(c.Log)
		return
	}
	c.State.apply(e)
	c.State.Seq = seq
}
