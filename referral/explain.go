package referral

import (
	"rettid/day"
	"rettid/law"
)

// Explanation is why a value of a referral is as it is on a day: the provision steps in order, each with its date when it has one.
type Explanation struct {
	Key     string
	Norms   []string
	Cite    string
	Because []law.Reason
}

// Keys lists the values that can be explained.
var Keys = []string{"seniority_date", "assessment_due", "deadline", "breach", "breach_counted", "right", "waiting_from", "waiting", "appointment", "guarantee"}

// Explain tells why a value is as it is on a day. ok is false for a value that is not explained, or not there.
func (r *Referral) Explain(key string, today day.Day, s *law.Settings) (e Explanation, ok bool) {
	switch key {
	case "seniority_date":
		return of(key, r.Found.Seniority)
	case "assessment_due":
		e, ok = of(key, r.Found.AssessBy)
		if ok && !r.InfoAskedOn.IsZero() {
			e.Norms = append(append([]string(nil), e.Norms...), "G3.1-17")
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("information-asked", law.D(r.InfoAskedOn)))
		}
		if ok && r.NewCondition {
			e.also("G3.3.2-4")
		}
		if ok && (r.Urgent || r.Serious) {
			e.Norms = append(append([]string(nil), e.Norms...), "G4.2-1", "G4.1-5")
			if target := law.AssessmentTarget(&r.Facts, s); !target.IsZero() && r.AssessedOn.IsZero() {
				e.Because = append(append([]law.Reason(nil), e.Because...), reason("urgent-target", law.D(target)))
			}
		}
		return e, ok
	case "deadline":
		e, ok = of(key, r.Found.StartBy)
		if !ok || r.StartBy.IsZero() {
			return r.noDeadline(s), true
		}
		if n := len(r.Deadlines); n > 1 {
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("deadline-changed", law.D(r.Deadlines[n-2].Date), law.D(r.Deadlines[n-1].Date), law.D(r.Deadlines[n-1].SetOn)))
		}
		if r.NewCondition {
			e.Norms = append(append([]string(nil), e.Norms...), "G5.3-22")
		}
		if r.Pathway != "" {
			e.Norms = append(append([]string(nil), e.Norms...), "G10.1-1", "G10.2-8", "G10-1")
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("pathway-not-legal"))
		}
		return e, true
	case "guarantee":
		return of(key, r.Found.Guarantee)
	case "breach":
		f := law.Breach(&r.Facts, today, s)
		e, ok = of(key, &f)
		r.besidePathway(&e)
		return e, ok
	case "breach_counted":
		f := law.BreachCounted(&r.Facts, today, s)
		e, ok = of(key, &f)
		r.besidePathway(&e)
		return e, ok
	case "waiting_from":
		f := law.WaitingFrom(&r.Facts)
		return of(key, &f)
	case "right":
		return r.explainRight(s), true
	case "waiting":
		return r.explainWaiting(today, s), true
	case "appointment":
		return r.explainAppointment()
	}
	return Explanation{}, false
}

// besidePathway says, in a pathway, that its times make no breach (G10.2-3, G10.2-4).
func (r *Referral) besidePathway(e *Explanation) {
	if r.Pathway != "" || len(r.Milestones) > 0 {
		e.also("G10.2-3", "G10.2-4")
		e.add(reason("pathway-not-legal"))
	}
}

func of[V any](key string, f *law.Finding[V]) (Explanation, bool) {
	if f == nil {
		return Explanation{}, false
	}
	return Explanation{Key: key, Norms: f.Norms, Cite: f.Cite, Because: f.Because}, true
}

func reason(code string, args ...law.Arg) law.Reason {
	r := law.Reason{Code: code}
	copy(r.Args[:], args)
	return r
}

// also adds norms to an explanation without touching the finding's own.
func (e *Explanation) also(norms ...string) {
	e.Norms = append(e.Norms[:len(e.Norms):len(e.Norms)], norms...)
}

// add adds reasons likewise.
func (e *Explanation) add(rs ...law.Reason) {
	e.Because = append(e.Because[:len(e.Because):len(e.Because)], rs...)
}

// noDeadline explains why there is no legal deadline.
func (r *Referral) noDeadline(s *law.Settings) Explanation {
	e := Explanation{Key: "deadline"}
	switch r.Right {
	case law.NotGranted:
		e.Norms, e.Cite = []string{"G4.4-5", "G2-14", "G1.3-4"}, "guide 4.4"
		e.Because = []law.Reason{reason("right-not-granted", law.D(r.AssessedOn))}
	case law.NotAssessed:
		right := r.explainRight(s)
		e.Norms, e.Cite, e.Because = right.Norms, right.Cite, right.Because
		e.add(reason("no-deadline"))
	case law.Pending:
		e.Norms, e.Cite = []string{"G4.4-7", "G10.1-2", "G5.3-3"}, "guide 4.4, 10.1"
		e.Because = []law.Reason{reason("deadline-with-right")}
	default:
		e.Norms, e.Cite = []string{"R-7.15"}, "R-7.15"
		e.Because = []law.Reason{reason("deadline-suspended", law.D(r.AssessedOn))}
	}
	return e
}

func (r *Referral) explainRight(s *law.Settings) Explanation {
	e := Explanation{Key: "right", Cite: "pbrl. § 2-2; guide 4.4"}
	switch r.Right {
	case law.Granted:
		e.Norms = []string{"G4.4-4", "G4.3-2", "G1.3-1", "G1.3-2", "G4.4-1"}
		e.Because = []law.Reason{reason("right-granted", law.D(r.AssessedOn))}
	case law.NotGranted:
		e.Norms = []string{"G4.4-5", "G4.3-2", "G1.3-2", "G2-14"}
		e.Because = []law.Reason{reason("right-not-granted", law.D(r.AssessedOn))}
	case law.Pending:
		e.Norms = []string{"G2-20", "G3-5"}
		e.Because = []law.Reason{reason("right-pending", law.D(r.AssessBy))}
	default:
		switch a := law.Assessable(&r.Facts, s); {
		case a.Value == law.NotAssessable:
			e.Norms, e.Cite, e.Because = a.Norms, a.Cite, a.Because
		case r.ClosedFor == "out_of_region":
			e.Norms = []string{"G3.2-10", "G3-5"}
			e.Because = []law.Reason{reason("right-out-of-region", law.D(r.ClosedOn))}
		default:
			e.Norms = []string{"G3-5", "R-3.21"}
			e.Because = []law.Reason{reason("right-ended-before", law.D(r.ClosedOn), law.T("close."+r.ClosedFor))}
		}
	}
	return e
}

func (r *Referral) explainWaiting(today day.Day, s *law.Settings) Explanation {
	e := Explanation{Key: "waiting", Cite: "forskrift om ventelisteregistrering § 3", Norms: []string{"G9.3-11", "G4.4-4"}}
	switch {
	case law.IsWaiting(&r.Facts, today):
		e.Because = []law.Reason{reason("is-waiting")}
		for _, c := range r.Contacts {
			if began := law.BeginsCare(c.What, law.No, r.Clarified); !c.Began {
				e.also(began.Norms...)
				e.add(reason("not-a-start", law.D(c.On)))
			}
		}
		for _, o := range r.Offers {
			if o.Answer == law.No {
				e.also("G9.2-2")
				e.add(reason("declined-still-waits", law.D(o.On)))
			}
		}
		if !r.HelfoOn.IsZero() {
			e.also("G9.2-12", "G9.2-13")
			e.add(reason("helfo-notified", law.D(r.HelfoOn)))
		}
		if back := r.HelfoBack; !back.On.IsZero() {
			e.also("G9.2-11", "R-7.7")
			switch back.Why {
			case law.HelfoFoundNone:
				e.add(reason("helfo-found-none", law.D(back.On)))
			case law.HelfoNoAnswer:
				e.also("R-7.6")
				e.add(reason("helfo-not-reached", law.D(back.On)))
			}
		}
	case r.Right == law.Pending:
		e.Norms = []string{"G9.3-11", "R-10.10"}
		e.Because = []law.Reason{reason("right-pending", law.D(r.AssessBy))}
	case r.Right == law.NotAssessed:
		right := r.explainRight(s)
		e.Norms, e.Cite, e.Because = right.Norms, right.Cite, right.Because
	case r.Right == law.NotGranted:
		e.Norms = []string{"G2-14", "G4.4-5"}
		e.Because = []law.Reason{reason("waits-without-right")}
	case r.EndCode == "5":
		e.Norms = []string{"G9.2-13"}
		e.Because = []law.Reason{reason("helfo-placed", law.D(r.WaitEnd), law.T(r.PlacedAt))}
	case !r.StartedOn.IsZero():
		e.Norms = []string{"G5.5-1", "G5.5-3"}
		e.Because = []law.Reason{reason("wait-ended-start", law.D(r.StartedOn))}
	default:
		e.Because = []law.Reason{reason("wait-ended", law.D(r.WaitEnd))}
	}
	return e
}

// explainAppointment tells what the time waited for rests on.
func (r *Referral) explainAppointment() (Explanation, bool) {
	if r.Appointment.IsZero() {
		return Explanation{}, false
	}
	e := Explanation{Key: "appointment", Norms: []string{"G8.1-3", "G2-30", "G5.3-23"}, Cite: "guide 2, 5.3, 8.1", Because: []law.Reason{reason("appointment-set", law.D(r.Appointment.From))}}
	switch {
	case r.StartBy.IsZero():
	case r.Appointment.To.After(r.StartBy):
		e.also("G5.3-24")
		e.add(reason("booked-late", law.D(r.Appointment.To), law.D(r.StartBy)))
	case r.Appointment.To == r.StartBy:
		e.also("G5.3-24")
		e.add(reason("on-the-deadline", law.D(r.StartBy)))
	}
	return e, true
}
