package web

import (
	"context"
	"strings"

	"rettid/law"
)

// actor is the name of one who acted or looked, as people read it. The log holds internal ids; names are looked up when they are shown, so that a
// name is changed in one place. One who is nowhere to be found is shown as the log has it: logs from before the ids hold names.
func (s *site) actor(id string) string {
	if u, ok := s.people.ByID(id); ok {
		return u.Name
	}
	if id != "" && id == s.o.User.ID {
		return s.o.User.Name
	}
	return id
}

// A named is one who acted or looked, as people read it: name, and what they are to the patient when they act for them.
type named struct{ Name, As string }

// standInNames are those who act, or have acted, for a patient, by the id that stands in the log.
func (s *site) standInNames(ctx context.Context, v *view, tenant, patient string) (map[string]named, error) {
	a, err := readActsFor(ctx, s.desk.Ledger, tenant, patient)
	if err != nil {
		return nil, err
	}
	out := make(map[string]named)
	for _, x := range a.People {
		out[x.userID()] = named{x.Name, v.T("acts_for.as." + x.As)}
	}
	return out, nil
}

// actorFor names one who acted or looked in a patient's matter: staff by the directory, and one who acts for the patient by what is recorded of that. An id of one
// who is recorded no longer is told as what it is, and never as the id.
func (v *view) actorFor(id string, standIns map[string]named) named {
	if x, ok := standIns[id]; ok {
		return x
	}
	name := v.s.actor(id)
	switch {
	case name != id:
	case strings.HasPrefix(id, "rep-"):
		name = v.T("acts_for.by_other")
	case id == string(law.Patient): // who never stands in a log by name
		name = v.T("names.patient")
	}
	return named{Name: name}
}
