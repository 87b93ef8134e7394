package figures

import "rettid/day"

// The definitions (domain rules chapter 10). Each stands once, as a formula, beside the rule it carries; what is counted here and the SQL for other engines are
// both drawn from it (G9.3-10, G9.3-13).

var (
	zero  = number(0)
	first = &formula{op: opFirst}
	last  = &formula{op: opLast}

	seniority = of(colSeniority)
	received  = of(colReceived)
	assessed  = of(colAssessed)
	right     = of(colRight)
	outcome   = of(colOutcome)
	deadline  = of(colDeadline)
	end       = of(colEnd)
	endCode   = of(colEndCode)
	postponed = is(of(colPostponed), 1)
	specialty = of(colSpecialty)
	dept      = of(colDept)
	start     = of(colStart)

	// Registry codes that are no longer in use count in their time: 1, 2 and 4 of list 8444 until 31 October 2015.
	oldRights = less(assessed, number(day.On(2015, 11, 1).Number()))
	hasRight  = either(is(right, 3), all(is(right, 1), oldRights))
	noRight   = either(is(right, 5), all(among(right, 2, 4), oldRights))

	// At the end of the reporting period: what came after it had not happened.
	ended     = all(known(end), most(end, last))
	waits     = not(ended)
	isAsked   = all(known(assessed), most(assessed, last))
	endedIn   = all(ended, most(first, end))
	startCode = is(endCode, 1)

	// calendar days from the start of waiting to its end, or to the end of the reporting period.
	waited = minus(choose(ended, end, last), start)
)

// An exclusion is one row of.
type exclusion struct {
	Code int32
	When *formula
}

// exclusions are the registry's exclusion codes in order; the first that fits is the period's. They say what law.Exclusion says, and a test holds the two
// against each other over every combination it can think of.
var exclusions = func() []exclusion {
	toOther := among(endCode, 3, 4, 5)
	substance := among(specialty, 360, 365, 370)
	deptFrom := func(from, to int32) *formula { return all(most(number(from), dept), most(dept, number(to))) }
	return []exclusion{
		{9, is(start, 0)},
		{7, less(last, start)},
		{1, all(known(end), is(endCode, 0))},
		{11, all(known(end), less(end, first))},
		{20, not(isAsked)},
		{31, is(right, 5)},
		{33, either(is(right, 6), is(outcome, 7))},
		{21, is(outcome, 3)},
		{27, is(outcome, 5)},
		{6, either(is(outcome, 6), deptFrom(260, 269))},
		{23, either(is(specialty, 852), is(dept, 852), all(deptFrom(800, 899), not(substance)))},
		{24, deptFrom(900, 999)},
		{30, all(ended, known(received), less(end, received))},
		{10, less(of(colTenYears), choose(ended, end, last))},
		{12, either(all(ended, not(toOther), most(zero, minus(end, start)), most(minus(end, start), number(1))), is(outcome, 4))},
		{22, all(ended, not(toOther), equal(end, assessed))},
		{32, is(of(colDuplicate), 1)},
	}
}()

// excluded is the exclusion code of a period, 0 when it is counted.
var excluded = func() *formula {
	out := zero
	for i := len(exclusions) - 1; i >= 0; i-- {
		out = choose(exclusions[i].When, number(exclusions[i].Code), out)
	}
	return out
}()

var counted = is(excluded, 0)

var rewritten = make(map[*formula]*formula) // what formulas are the day before

var (
	ordinary       = all(counted, endedIn, startCode, not(postponed))
	startedPutOff  = all(counted, endedIn, startCode, postponed)
	endedOther     = all(counted, endedIn, not(startCode))
	onList         = all(counted, waits)                                   // counted already says assessed, and begun, by the last day
	waiting        = all(onList, not(postponed))
	waitingPutOff  = all(onList, postponed)
	unassessed     = all(is(excluded, 20), waits, not(is(right, 6)), once) // nobody waits for what is not to be assessed
	onceOnList     = known(start)                                          // the ten-day indicator asks no exclusion but these
	once           = is(of(colDuplicate), 0)                               // a period that is there twice is one
	isAssessedIn   = all(within(assessed), onceOnList, once)
	tenDay         = all(isAssessedIn, either(hasRight, noRight), is(of(colSecondOpinion), 0))
	joined         = choose(less(assessed, start), start, assessed) // the day a period came on the list
	onListBefore   = before(onList, rewritten)
	underLimit23   = all(most(zero, of(colAge)), less(of(colAge), number(23)))
	guaranteeField = among(specialty, 310, 320, 360, 365, 370)
	limit          = choose(all(guaranteeField, underLimit23), of(colLimitYoung), of(colLimit))
	inLimit        = most(assessed, limit)
	guaranteed     = all(counted, endedIn, startCode, hasRight, guaranteeField, underLimit23)
	letter         = of(colLetter)
	letters        = all(within(letter), onceOnList, either(hasRight, noRight), is(of(colSecondOpinion), 0), once)
	planned        = all(onList, known(of(colAllocated)), either(is(of(colMet), 0), less(last, of(colMet))))
)

// A count is a figure that adds up: over cells, and for flows over months.
type count struct {
	Key   string
	Rule  string
	When  *formula
	Needs []string // columns the input must have
	Shown bool     // among the figures printed; the others are parts of shares
	Stock bool     // counted at the end of the period, not over it
}

// The counts by their places in a cell.
const (
	nNew = iota
	nOrdinary
	nConcludedBreach
	nConcludedRight
	nPutOff
	nOther
	nWaiting
	nWaitingBreach
	nWaitingRight
	nWaitingPutOff
	nUnassessed
	nAssessed
	nInLimit
	nHelfo
	nGranted
	nNotGranted
	nAllocated
	nAllocatedOf
	nGuaranteeKept
	nGuarantee
	nPassed
	nPlanned
	nLettersKept
	nLetters
	nReReferred
	nDataErrors
	nOpening
	nIn
	nOut
	nClosing
	nCounts
)

// counts are the definitions of what is counted. in and out are drawn from dated events, opening and closing from the list as it stood on two days, so
// that unexplained = opening + in − out − closing is a check and no definition.
var counts = [nCounts]count{
	nNew:             {Key: "newly_referred", Rule: "R-10.6", When: all(counted, within(assessed)), Shown: true, Needs: []string{"vurdDato"}},
	nOrdinary:        {Key: "ordinarily_concluded", Rule: "R-10.7", When: ordinary, Shown: true, Needs: []string{"ventetidSluttDato", "ventetidSluttKode"}},
	nConcludedBreach: {Key: "concluded_breach", Rule: "R-10.16", When: all(ordinary, hasRight, known(deadline), less(deadline, end)), Shown: true, Needs: []string{"ventetidSluttDato", "ventetidSluttKode", "rettTilHelsehjelp", "fristStartBehandling"}},
	nConcludedRight:  {Key: "concluded_with_deadline", Rule: "R-10.16", When: all(ordinary, hasRight, known(deadline))},
	nPutOff:          {Key: "started_with_postponement", Rule: "R-8.4", When: startedPutOff, Shown: true, Needs: []string{"ventetidSluttDato", "ventetidSluttKode", "utsettKode"}},
	nOther:           {Key: "ended_other", Rule: "R-8.1", When: endedOther, Shown: true, Needs: []string{"ventetidSluttDato", "ventetidSluttKode"}},
	nWaiting:         {Key: "waiting", Rule: "R-10.8", When: waiting, Shown: true, Stock: true},
	nWaitingBreach:   {Key: "waiting_breach", Rule: "R-10.17", When: all(waiting, hasRight, known(deadline), less(deadline, last)), Shown: true, Stock: true, Needs: []string{"rettTilHelsehjelp", "fristStartBehandling"}},
	nWaitingRight:    {Key: "waiting_with_right", Rule: "R-10.17", When: all(waiting, hasRight), Stock: true},
	nWaitingPutOff:   {Key: "waiting_postponed", Rule: "R-10.9", When: waitingPutOff, Shown: true, Stock: true, Needs: []string{"utsettKode"}},
	nUnassessed:      {Key: "unassessed", Rule: "R-10.10", When: unassessed, Shown: true, Stock: true},
	nAssessed:        {Key: "assessed", Rule: "R-10.18", When: tenDay, Shown: true, Needs: []string{"vurdDato", "rettTilHelsehjelp"}},
	nInLimit:         {Key: "assessed_within_limit", Rule: "R-10.18", When: all(tenDay, inLimit), Shown: true, Needs: []string{"vurdDato", "rettTilHelsehjelp"}},
	nHelfo:           {Key: "helfo_notified", Rule: "R-7.10", When: all(counted, is(of(colHelfo), 1)), Shown: true, Needs: []string{"varslingHelfo|typeTidspunkt"}},
	nGranted:         {Key: "granted", Rule: "G9.3-8", When: all(isAssessedIn, hasRight), Shown: true, Needs: []string{"vurdDato", "rettTilHelsehjelp"}},
	nNotGranted:      {Key: "not_granted", Rule: "G9.3-8", When: all(isAssessedIn, noRight), Shown: true, Needs: []string{"vurdDato", "rettTilHelsehjelp"}},
	nAllocated:       {Key: "appointment_given", Rule: "R-10.20", When: all(isAssessedIn, hasRight, known(of(colAllocated))), Needs: []string{"tildeltDato", "rettTilHelsehjelp"}},
	nAllocatedOf:     {Key: "appointment_of", Rule: "R-10.20", When: all(isAssessedIn, hasRight), Needs: []string{"tildeltDato", "rettTilHelsehjelp"}},
	nGuaranteeKept: {Key: "guarantee_65_kept", Rule: "R-10.19", When: all(guaranteed, most(minus(of(colEndNth), of(colAssessedNth)), number(65))),
		Needs: []string{"fagomrade", "fodselsar", "rettTilHelsehjelp", "ventetidSluttDato"}},
	nGuarantee:   {Key: "guarantee_65_of", Rule: "R-10.19", When: guaranteed, Needs: []string{"fagomrade", "fodselsar", "rettTilHelsehjelp", "ventetidSluttDato"}},
	nPassed:      {Key: "contacts_passed", Rule: "R-10.21", When: all(planned, less(of(colAllocated), last)), Needs: []string{"tildeltDato", "oppmoteDato"}, Stock: true},
	nPlanned:     {Key: "contacts_planned", Rule: "R-10.21", When: planned, Needs: []string{"tildeltDato", "oppmoteDato"}, Stock: true},
	nLettersKept: {Key: "letters_within_limit", Rule: "R-10.29", When: all(letters, most(letter, limit)), Needs: []string{"brevDato"}},
	nLetters:     {Key: "letters_of", Rule: "R-10.29", When: letters, Needs: []string{"brevDato"}},
	nReReferred:  {Key: "re_referred", Rule: "R-10.30", When: all(within(received), is(of(colReReferred), 1), once), Shown: true, Needs: []string{"gjenhenvist"}},
	nDataErrors: {Key: "data_errors", Rule: "R-1.36, R-4.8, R-8.2", Shown: true, When: all(not(among(excluded, 7, 9, 11)),
		either(is(of(colNoSeniority), 1), all(known(seniority), known(received), less(received, seniority)), all(known(endCode), is(end, 0)), all(known(end), less(end, start)),
			all(known(assessed), less(assessed, start)), all(known(deadline), less(deadline, start))))},
	nOpening: {Key: "opening", Rule: "R-10.8", When: onListBefore, Shown: true, Stock: true},
	nIn:      {Key: "in", Rule: "R-10.6", When: all(counted, within(joined)), Shown: true},
	nOut:     {Key: "out", Rule: "R-10.7, R-8.1, R-10.11", When: either(all(counted, endedIn), all(onListBefore, not(counted))), Shown: true},
	nClosing: {Key: "closing", Rule: "R-10.8", When: onList, Shown: true, Stock: true},
}
