// Package casefile is the law as executable examples: short stories with dates, written in YAML by lawyers and waiting-list staff, that say what
// must be true on which day.
//
// A case runs through the same desk, rules and store as the server, as a tenant of its own in a ledger in memory and on a simulated clock. What never happens here: no
// rule of law is applied and no date is computed; a case that fails tells what was expected, what was found, and the law's own reasons for it.
package casefile

import (
	"embed"
	"io/fs"

	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/guide"
	"rettid/referral"
)

//go:embed cases
var embedded embed.FS

// Embedded gives the cases that come with the program: those of the house and, in own/, those of the norms they do not show.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "cases")
	if err != nil {
		panic(err) // only a malformed path, written above
	}
	return sub
}

// A Case is one story as read from a file.
type Case struct {
	File     string
	Line     int // of the case's name; of the document when it has none
	Name     string
	Norms    []string
	Problems []Problem // why it can't be run; none for a case that can

	org    *clinic.Org
	guides *guide.Library
	steps  []step
	close  *check
}

// A Problem is a mistake in the file, or something the program has not got: a line and what to do about it.
type Problem struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// step is one dated line of a story: something done, something expected, or both.
type step struct {
	line     int
	number   int // from 1, checks included
	on       day.Day
	minute   int16
	do       string
	referral string
	as       string
	args     args // as written
	latest   args // as the corrections read so far leave them
	build    func(a args, id func(name string) int64) referral.Command
	matter   string // of the exception scheme: what the step is about, X1, M1, V1; build is then nil
	ask      func(a args, id func(name string) int64) exception.Command
	corrects int // number of the corrected step, 0 for no correction
	rejected []string
	warns    []string
	noWarns  []string
	accepted bool // warns or no_warns was written, so it is said to be accepted
	check    *check
}

// check is what is expected at the end of a day.
type check struct {
	line  int
	step  int // 0 for the closing expectation
	on    day.Day
	about []about
}

// about is what is expected of one thing: a referral by its name, or the lists or figures of the whole world.
type about struct {
	line  int
	name  string
	wants []want
}

// want is one expected value: the words for it, and a test on what is found.
type want struct {
	line     int
	key      string
	expected string
	test     func(v view) (found string, ok bool)
}
