package law

import (
	"slices"
	"strings"
	"testing"

	"rettid/day"
)

// exceptionIn makes the facts of a state in the examples of the duties, on 8 September 2026.
func exceptionIn(r *row, state string) *ExceptionFacts {
	r.Helper()
	on := day.On(2026, 8, 24)
	f := &ExceptionFacts{Kind: SingleException, Status: ExceptionReceived, Route: RouteSingle, Holder: "HF", ReceivedOn: on, Lacks: []string{"evidence"}}
	done := func() { f.AcknowledgedOn, f.EndorsedOn, f.Lacks = on, on, nil }
	decided := func(o ExceptionOutcome) {
		done()
		f.Status, f.Outcome, f.DecidedOn, f.Individual, f.Reasoned, f.Told = ExceptionDecided, o, on.Add(7), Yes, Criteria, Owed{Patient: true, Referrer: true}
	}
	told := func() { f.Told, f.CopyOn = Owed{}, on.Add(8) }
	group := func() {
		*f = ExceptionFacts{Kind: GroupException, Status: ExceptionReceived, Route: RouteGroup, Holder: "vest", ReceivedOn: on, MeetingOn: day.On(2026, 9, 21)}
	}
	full := ParticipationFacts{Registered: on, Notified: on, Rationale: true, Invited: []Invitation{{Rep: "B1", On: on}, {Rep: "B2", On: on}}}
	switch state {
	case "received":
	case "received, access":
		f.Route = RouteAccess
	case "continuation":
		f.Route = RouteContinuation
	case "complete and endorsed":
		done()
	case "granted":
		decided(ExGranted)
	case "granted, started, told":
		decided(ExGranted)
		told()
		f.StartedOn, f.StopCount, f.EvaluateOn = on.Add(9), 1, day.On(2026, 9, 8)
	case "granted, evaluation ahead":
		decided(ExConditions)
		told()
		f.StartedOn, f.StopCount, f.EvaluateOn = on.Add(9), 1, day.On(2026, 9, 9)
	case "refused":
		decided(ExRefused)
	case "refused, not individual":
		decided(ExRefused)
		f.Individual, f.Reasoned = Unanswered, Criteria[:5]
	case "refused, complained of":
		decided(ExStopped)
		told()
		f.Complaints, f.ComplaintOn = 1, day.On(2026, 9, 7)
	case "withdrawn":
		decided(ExWithdrawn)
		f.Told = Owed{}
	case "group received":
		group()
	case "group with input":
		group()
		f.Participation = full
		f.Participation.Inputs = 1
	case "group granted", "group refused", "group expiring":
		group()
		f.Status, f.Outcome, f.DecidedOn, f.ValidFrom, f.ValidTo, f.ReviewOn, f.Participation = ExceptionDecided, ExGranted, on, on, on.AddMonths(12), on.AddMonths(6), full
		if state == "group refused" {
			f.Outcome = ExRefused
		}
		if state == "group expiring" {
			f.PublishedOn, f.ReviewOn, f.ValidTo = on, day.On(2026, 9, 1), day.On(2026, 9, 30)
		}
	case "meeting planned", "meeting held", "meeting with minutes":
		*f = ExceptionFacts{Kind: MeetingMatter, Status: MeetingPlanned, MeetingOn: day.On(2026, 9, 21), GroupCases: 1}
		if state != "meeting planned" {
			f.Status, f.HeldOn = MeetingHeld, day.On(2026, 9, 7)
		}
		if state == "meeting with minutes" {
			f.MinutesOn = day.On(2026, 9, 8)
		}
	case "hearing", "hearing answered":
		*f = ExceptionFacts{Kind: HearingMatter, Status: HearingOpen, ReceivedOn: on, HearingBy: HearingDue(on, Default())}
		if state == "hearing answered" {
			f.Answered = UserPanels
		}
	case "request":
		*f = ExceptionFacts{Kind: PatientRequest, Status: ExceptionDecided, Told: Owed{Patient: true}}
	default:
		r.Fatalf("no state %q", state)
	}
	return f
}

// TestNoSettingClosesTheIndividualWay: whatever an installation sets, a single patient can be applied for and is assessed individually, and the access scheme is open after a no (U3-1 to U3-4).
func TestNoSettingClosesTheIndividualWay(t *testing.T) {
	tried := 0
	for _, key := range AllSettings() {
		if !strings.HasPrefix(key.Key, "exception.") {
			continue
		}
		for _, v := range append(strings.Split(key.Values, " | "), "1", "2", "30", "365") {
			s := Default()
			if s.Set(key.Key, v) != nil {
				continue
			}
			tried++
			if got := says(IndividualObjections(ExceptionDecision{Kind: SingleException, Outcome: ExRefused, Individual: No})); got != "U3-2" {
				t.Errorf("%s = %s: a decision that is not individual is %s", key.Key, v, got)
			}
			if got := says(IndividualObjections(ExceptionDecision{Kind: SingleException, Outcome: ExRefused, Individual: Yes, Basis: []string{Undermines}})); got != "U3-4" {
				t.Errorf("%s = %s: concern for the system is %s", key.Key, v, got)
			}
			f := ExceptionFacts{Kind: SingleException, Status: ExceptionReceived, Route: RouteAccess, ReceivedOn: day.On(2026, 8, 24)}
			if !slices.ContainsFunc(ExceptionDuties(&f, s), func(d Duty) bool { return d.Name == DutyAssessIndividually }) {
				t.Errorf("%s = %s: an application opens no duty to assess it individually", key.Key, v)
			}
			if got := says(ExceptionGrounds([]string{"residence"}, ExRefused)); got != "U4-5" {
				t.Errorf("%s = %s: residence is %s", key.Key, v, got)
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d settings tried", tried)
	}
	for _, state := range []MethodState{NotIntroduced, Reassessing, PhasedOut} {
		if got := DoorOn(AccessDoor, MethodOn{State: state}, day.On(2026, 8, 24)).Value; got != DoorOpen {
			t.Errorf("%s: the access scheme is %s", state, got)
		}
	}
}

// TestPanelDemands: the demand of two invited refuses; where it is set to warn it warns, with a reason, and without one it refuses.
func TestPanelDemands(t *testing.T) {
	m := &GroupMeeting{On: day.On(2026, 9, 21), Invited: []Invitation{{Rep: "B1", On: day.On(2026, 9, 1)}, {Rep: "B2", On: day.On(2026, 9, 22)}}}
	warn := Default()
	warn.PanelDemands = "warn"
	for _, x := range []struct {
		s      *Settings
		m      *GroupMeeting
		reason bool
		on     day.Day
		want   Verdict
	}{
		{Default(), m, true, m.On, Refused}, {warn, m, false, m.On, Refused}, {warn, m, true, m.On, Warned}, {Default(), nil, true, m.On, Refused}, {warn, nil, true, m.On, Warned},
		{Default(), m, false, m.On.Add(1), ""},
		{Default(), &GroupMeeting{Invited: []Invitation{{Rep: "B1"}, {Rep: "B2"}, {Rep: "B3"}}, Conflicted: []string{"B1"}}, false, m.On, ""},
		{Default(), &GroupMeeting{Invited: []Invitation{{Rep: "B1"}, {Rep: "B2"}}, Conflicted: []string{"B1"}}, false, m.On, Refused},
	} {
		var got Verdict
		if os := InvitedObjections(x.m, x.on, x.reason, x.s); len(os) > 0 {
			got = os[0].Value
		}
		if got != x.want {
			t.Errorf("%+v: %q, want %q", x, got, x.want)
		}
	}
	p := ParticipationFacts{Registered: m.On, Notified: m.On, Meeting: m.On, Rationale: true, Invited: []Invitation{{Rep: "B1", On: m.On.Add(-20)}, {Rep: "B2", On: m.On.Add(-20)}}, Passed: true}
	if v := ParticipationOf(p, warn).Value.Verdict; v != NotHonoured {
		t.Errorf("a case that got past the gate is %s", v)
	}
}

func TestCadence(t *testing.T) {
	held := []day.Day{day.On(2026, 1, 19), day.On(2026, 2, 16), day.On(2026, 2, 23), day.On(2026, 6, 22), day.On(2026, 9, 21)}
	if with, months := Cadence(held, day.On(2026, 1, 5), day.On(2026, 12, 20)); with != 4 || months != 11 {
		t.Errorf("%d of %d months, want 4 of 11: July is optional", with, months)
	}
}

func TestCommittee(t *testing.T) {
	m := func(region, trust string) CommitteeMember { return CommitteeMember{Region: region, Trust: trust} }
	for _, x := range []struct {
		name    string
		members []CommitteeMember
		warned  bool
	}{
		{"three from two regions", []CommitteeMember{m("vest", "BER"), m("vest", "FOR"), m("nord", "NOR")}, false},
		{"three from one region", []CommitteeMember{m("vest", "BER"), m("vest", "FOR"), m("vest", "FON")}, true},
		{"two", []CommitteeMember{m("vest", "BER"), m("nord", "NOR")}, true},
		{"one of four from the trust that applies", []CommitteeMember{m("vest", "BER"), m("nord", "NOR"), m("midt", "OLA"), m("sor-ost", "OUS")}, true},
		{"nobody recorded", nil, true},
	} {
		os := CommitteeObjections(x.members, "OUS")
		if len(os.Refused()) > 0 || (len(os.Warned()) > 0) != x.warned {
			t.Errorf("%s: %v", x.name, os)
		}
	}
}

// Notice runs from the day both invitation and papers were there.
func TestNoticeWithPapers(t *testing.T) {
	s, meeting := Default(), day.On(2026, 9, 21)
	early, late := day.On(2026, 9, 10), day.On(2026, 9, 17)
	for _, x := range []struct {
		name    string
		invited []Invitation
		papers  day.Day
		notice  string
		days    int
	}{
		{"papers with both invitations", []Invitation{{"B1", early, true}, {"B2", early, true}}, day.Day{}, "yes", 7},
		{"no papers at all", []Invitation{{"B1", early, false}, {"B2", early, false}}, day.Day{}, "short", 0},
		{"papers to all later", []Invitation{{"B1", early, false}, {"B2", early, false}}, late, "short", 2},
		{"papers to all in time", []Invitation{{"B1", early, false}, {"B2", early, false}}, early, "yes", 7},
		{"papers before the invitation", []Invitation{{"B1", late, false}, {"B2", late, false}}, early, "short", 2},
		{"one of two without papers", []Invitation{{"B1", early, true}, {"B2", early, false}}, late, "short", 2},
		{"invited again with papers", []Invitation{{"B1", early, true}, {"B2", day.On(2026, 9, 1), false}, {"B2", early, true}}, day.Day{}, "yes", 7},
		{"papers after the meeting", []Invitation{{"B1", early, false}, {"B2", early, false}}, meeting.Add(1), "short", 0},
	} {
		v := ParticipationOf(ParticipationFacts{Registered: early, Notified: early, Meeting: meeting, Invited: x.invited, PapersOn: x.papers, Rationale: true}, s).Value
		if v.Notice != x.notice || v.NoticeDays != x.days || !v.Invited2 {
			t.Errorf("%s: notice %s of %d days, want %s of %d", x.name, v.Notice, v.NoticeDays, x.notice, x.days)
		}
	}
}

// The access scheme came into force on 10 April 2025; an opening decision goes before it within its days.
func TestRouteAfterNo(t *testing.T) {
	opened := []DoorDecision{{Door: SingleDoor, From: day.On(2025, 9, 1), To: day.On(2025, 9, 30)}}
	for _, x := range []struct {
		on     day.Day
		opened []DoorDecision
		access Opening
		route  ExceptionRoute
	}{
		{day.On(2025, 4, 9), nil, DoorInfo, RouteIndividual},
		{day.On(2025, 4, 10), nil, DoorOpen, RouteAccess},
		{day.On(2025, 8, 31), opened, DoorOpen, RouteAccess},
		{day.On(2025, 9, 1), opened, DoorOpen, RouteSingle},
		{day.On(2025, 9, 30), opened, DoorOpen, RouteSingle},
		{day.On(2025, 10, 1), opened, DoorOpen, RouteAccess},
	} {
		m := MethodOn{ID: "ID2024_001", State: NotIntroduced, Openings: x.opened}
		doors := Doors(m, x.on)
		if got := RouteOf(Routing{Authorisation: Authorised, Method: m}, doors).Value; got != x.route || doors[AccessDoor].Value != x.access {
			t.Errorf("on %s: route %s, access %s; want %s and %s", x.on, got, doors[AccessDoor].Value, x.route, x.access)
		}
	}
}
