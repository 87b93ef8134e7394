package letter

import (
	"slices"
	"strconv"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// ExceptionInput is what a letter of the exception scheme is made from, beside the house's own Input: the matter, and how to read its texts, which stand in notes. Given are
// values the matter does not hold, by the name of their place: method_name, doctor_name, contact_name, contact_phone, treatment_place, treatment_length, decision_body,
// publication_url, meeting_name; and words in plain language where the recorded ones are for professionals: reason_text.
type ExceptionInput struct {
	Input
	Matter *exception.Matter
	Read   func(exception.Text) string
	Given  map[string]string
	Routes []law.ExceptionRoute // other routes that fit, told in a refusal; nil: those that follow from the matter
}

// MakeException writes a letter of the exception scheme. The error is [*Untrue] when the kind does not fit where the matter stands, and [*Missing] when values are missing: then the letter
// is given too, to be looked at, not sent. Every answer tells the right to complain, the limit and how: no letter says that there is none.
func MakeException(kind law.Letter, to Recipient, l words.Lang, in ExceptionInput) (Letter, error) {
	m := in.Matter
	switch answered := m.Status == law.ExceptionDecided; {
	case !slices.Contains(exception.Letters, kind):
		return Letter{}, &Untrue{kind, "it is no letter of the exception scheme"}
	case kind == exception.LetterReceived && m.Kind != law.SingleException:
		return Letter{}, &Untrue{kind, "the matter is no application for one patient"}
	case kind == exception.LetterGranted && !(answered && m.Outcome.Granted()), kind == exception.LetterRefused && !(answered && m.Outcome.Refused()):
		return Letter{}, &Untrue{kind, "the decision is another"}
	case (kind == exception.LetterAsked) != (m.Kind == law.PatientRequest):
		return Letter{}, &Untrue{kind, "a patient's own request is answered by a statement, and nothing else is"}
	case kind == exception.LetterGroup && !(m.Kind == law.GroupException && answered):
		return Letter{}, &Untrue{kind, "the matter is no group exception that is decided"}
	}
	return Compose(string(kind), to, l, in.Input, func(l words.Lang) Facts { return in.facts(l) })
}

// facts finds what the letter tells, in a language.
func (in *ExceptionInput) facts(l words.Lang) Facts {
	m, f := in.Matter, newFacts()
	date := func(place string, d day.Day) {
		if !d.IsZero() {
			f.Values[place] = words.Date(l, d)
		}
	}
	text := func(place string, t exception.Text) {
		if s := in.read(t); s != "" {
			f.Values[place] = s
		}
	}
	f.Values["method_name"] = m.Method
	body := m.Decision.Body
	if body == "" {
		body = string(law.HFDirector)
		if !m.ForwardedOn.IsZero() {
			body = string(law.Committee)
		}
	}
	f.Values["decision_body"] = words.Say(l, "role."+body)
	date("application_received_date", m.ReceivedOn)
	date("exception_reply_by", law.DecideExceptionBy(&m.ExceptionFacts, in.Settings).Value)
	date("exception_decision_date", m.DecidedOn)
	date("exception_start_date", m.StartedOn)
	date("evaluation_date", m.EvaluateOn)
	if m.Form.Weeks > 0 {
		f.Values["treatment_length"] = words.Say(l, "exception.weeks", m.Form.Weeks)
	}
	if m.Kind == law.PatientRequest {
		text("reason_text", m.Reason)
	}
	text("reason_text", m.Decision.Reason)
	text("reason_text", m.Decision.Summary)
	date("group_decision_date", m.DecidedOn)
	date("group_valid_from", m.ValidFrom)
	date("group_valid_to", m.ValidTo)
	text("group_definition", m.Group.Text)
	f.Values["users_from_date"] = words.Say(l, "exception.users_never")
	date("users_from_date", m.Participation.UsersFrom)
	f.Values["group_conditions"] = words.Say(l, "exception.no_conditions")
	for i, c := range m.Decision.Conditions {
		if s := in.read(c); s != "" {
			if i == 0 {
				f.Values["group_conditions"] = s
			} else {
				f.Values["group_conditions"] += " " + s
			}
			f.Lists["conditions"] = append(f.Lists["conditions"], Values{"condition_item": s})
		}
	}
	if t := m.Decision.Meeting; t != nil {
		f.Values["meeting_name"] = words.Say(l, "exception.meeting_name")
		date("meeting_date", t.On)
		f.Values["reps_invited"] = strconv.Itoa(len(law.DistinctReps(t, day.Day{})))
	}
	for _, c := range m.Decision.Stop {
		if s := in.read(c); s != "" {
			f.Lists["stop_criteria"] = append(f.Lists["stop_criteria"], Values{"stop_criterion": s})
		}
	}
	if len(m.Decision.Stop) == 0 {
		if s := in.read(m.Form.Stop); s != "" {
			f.Lists["stop_criteria"] = []Values{{"stop_criterion": s}}
		}
	}
	for _, c := range m.Decision.Criteria {
		if s := in.read(c.Why); s != "" {
			f.Lists["criteria"] = append(f.Lists["criteria"], Values{"criterion_name": words.Say(l, "exception.criterion."+string(c.Criterion)), "criterion_reason": s})
		}
	}
	for _, r := range in.routes() {
		f.Lists["other_routes"] = append(f.Lists["other_routes"], Values{"other_route": words.Say(l, "exception.other_route."+string(r))})
	}
	f.Holds["conditions"] = len(f.Lists["conditions"]) > 0
	f.Holds["method_no"] = m.MethodState == law.NotIntroduced || m.MethodState == law.Reassessing || m.MethodState == law.PhasedOut
	f.Holds["method_pending"] = m.MethodState == law.Commissioned || m.MethodState == law.Assessing || m.MethodState == law.Negotiating || m.MethodState == law.AwaitDecision
	f.Holds["group_granted"] = m.Outcome.Granted()
	for place, v := range in.Given {
		if v != "" {
			f.Values[place] = v
		}
	}
	return f
}

func (in *ExceptionInput) read(t exception.Text) string {
	if t.Words != "" || in.Read == nil || t.Note == "" {
		return t.Words
	}
	return in.Read(t)
}

// routes are the other ways that may fit one who was refused: the access scheme after a no, if that was not the way already; the off-label framework; a trial.
func (in *ExceptionInput) routes() []law.ExceptionRoute {
	if in.Routes != nil {
		return in.Routes
	}
	m := in.Matter
	var out []law.ExceptionRoute
	if m.Route != law.RouteAccess && (m.MethodState == law.NotIntroduced || m.MethodState == law.Reassessing) {
		out = append(out, law.RouteAccess)
	}
	if m.Form.Authorisation == law.OtherIndication {
		out = append(out, law.RouteOffLabel)
	}
	return append(out, law.RouteTrial)
}
