package law

// Nye metoder and the frameworks beside it (domain rules ): which route fits a wish to use a method outside ordinary practice.
//
// Our reading: six questions give one proposal with the rules it rests on; a person may choose another with a reason. A patient in a trial is treated in the trial. One who
// began before the method came under assessment goes on: a continuation, never an exception and never counted as one. A drug without marketing authorisation goes by
// compassionate use, one licensed for something else by the off-label framework. After a no the way is the access scheme, but where the medical directors opened the exception for
// single patients again, that one. A missing or conditional authorisation is weighed, not barred, for a group. Whatever is
// proposed, the application is received.
var exceptionRouteRule = Rule{
	ID: "exception-route", Norms: []string{"X-203", "X-301", "X-302", "X-303", "X-904", "X-310", "X-402"}, Cite: "Nye metoder; pbrl. § 2-1 b", Title: "Which route fits", Funcs: []string{"RouteOf", "ApplicantObjections"},
}

// ExceptionRoute is a way by which a patient may get a method outside ordinary practice.
type ExceptionRoute string

const (
	RouteSingle       ExceptionRoute = "single"        // unntak for enkeltpasient
	RouteGroup        ExceptionRoute = "group"         // gruppeunntak
	RouteAccess       ExceptionRoute = "access"        // Tilgangsordningen
	RouteIndividual   ExceptionRoute = "individual"    // no scheme fits: the legal right to an individual assessment alone
	RouteContinuation ExceptionRoute = "continuation"  // began before; never counted
	RouteCompassion   ExceptionRoute = "compassionate" // no marketing authorisation yet
	RouteOffLabel     ExceptionRoute = "off_label"
	RouteTrial        ExceptionRoute = "trial"
	RoutePrescription ExceptionRoute = "blue_prescription"
	RouteAbroad       ExceptionRoute = "abroad" // lack of competence here: a board of its own (§ 2-1 b fifth paragraph)
)

// ExceptionRoutes lists them in the order of a form.
var ExceptionRoutes = []ExceptionRoute{RouteSingle, RouteGroup, RouteAccess, RouteIndividual, RouteContinuation, RouteCompassion, RouteOffLabel, RouteTrial, RoutePrescription, RouteAbroad}

// IsException tells whether the route is one of the scheme: counted, and owed an individual assessment as such.
func (r ExceptionRoute) IsException() bool {
	return r == RouteSingle || r == RouteGroup || r == RouteAccess
}

// Authorisation is what marketing authorisation (MT) the drug has on the indication.
type Authorisation string

const (
	Authorised      Authorisation = "yes"
	ConditionallyMT Authorisation = "conditional"
	OtherIndication Authorisation = "other_indication"
	NoMT            Authorisation = "no"
)

// Routing is what the six questions answer. Unanswered ones do not count.
type Routing struct {
	Authorisation Authorisation
	Method        MethodOn
	Group         bool
	InTrial       bool
	StartedBefore bool // before the method came under assessment
	Prescription  bool // on prescription, outside the hospitals' financing
	Competence    Answer
}

// RouteOf proposes a route.
func RouteOf(q Routing, doors map[Door]Finding[Opening]) Finding[ExceptionRoute] {
	f := Finding[ExceptionRoute]{Rule: "exception-route", Norms: []string{"X-301"}, Cite: exceptionRouteRule.Cite}
	to := func(r ExceptionRoute, norm string) { f.Value = r; f.Norms = append(f.Norms, norm) }
	switch {
	case q.InTrial:
		to(RouteTrial, "X-303")
		f.because("route-trial")
	case q.StartedBefore:
		to(RouteContinuation, "X-203")
		f.because("route-continuation")
	case q.Competence == No:
		to(RouteAbroad, "X-904")
		f.because("route-abroad")
	case q.Prescription:
		to(RoutePrescription, "X-301")
		f.because("route-prescription")
	case q.Group:
		to(RouteGroup, "X-302")
		f.because("route-group")
	case q.Authorisation == NoMT:
		to(RouteCompassion, "X-302")
		f.because("route-compassionate")
	case q.Authorisation == OtherIndication:
		to(RouteOffLabel, "X-302")
		f.because("route-off-label")
	case doors[SingleDoor].Value == DoorOpen && doors[AccessDoor].Value == DoorOpen: // only where the directors opened it after a no
		to(RouteSingle, "X-205")
		f.because("route-opened")
	case doors[AccessDoor].Value == DoorOpen:
		to(RouteAccess, "X-206")
		f.because("route-access")
	case doors[SingleDoor].Value == DoorOpen:
		to(RouteSingle, "X-204")
		f.because("route-single")
	default:
		to(RouteIndividual, "X-601")
		f.because("route-individual")
	}
	return f
}

// ApplicantObjections warns of an application that is not by the treating doctor: it is registered all the same.
func ApplicantObjections(kind ExceptionKind, by Role) Objections {
	switch {
	case kind == SingleException && (by == Patient || by == NextOfKin):
		return Objections{exceptionRouteRule.object(Warned, []string{"X-310", "X-605"}, "applicant-patient")}
	case kind == GroupException && (by == Patient || by == NextOfKin || by == Referrer):
		return Objections{exceptionRouteRule.object(Warned, []string{"X-402"}, "applicant-group")}
	}
	return nil
}
