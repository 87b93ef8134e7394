package law

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"rettid/day"
)

// Settings are the points the sources leave open or that rest on recall: each is named, has the default of the domain rules,
// and can be set. The law itself is not a setting. A case is decided under the settings it was decided with.
type Settings struct {
	Calendar *day.Calendar // working days: public holidays, eves and extra closed days

	ReceiptDayCounts     bool    // assessment.receipt_day_counts
	UrgentWorkdays       int     // assessment.urgent_workdays: an internal target, never a limit
	WeeksBase            string  // weeks.base: seniority | assessed
	DeadlineRoll         string  // deadline.roll: none | back_to_workday
	Guarantee65Anchor    string  // guarantee65.anchor: assessed_or_limit | assessed | seniority
	Guarantee65AgeAt     string  // guarantee65.age_at: seniority | assessed
	MedicalExtension     bool    // deadline.allow_medical_extension
	PostponementPrecedes bool    // breach.postponement_must_precede_deadline
	AgreedNotCloses      bool    // helfo.agreed_not_closes_duty
	SelfOpensAssessment  bool    // intake.self_opens_assessment
	SelfReimbursed       bool    // intake.self_gives_reimbursement (G3.1-23)
	ContractCounts       bool    // seniority.contract_specialist_counts
	PrivateWithoutCounts bool    // seniority.private_without_delegation_counts
	LowSeverity          int     // priority.low_severity (G5.1-4)
	LimitedBenefit       int     // priority.limited_benefit (G5.1-4)
	LowResources         int     // priority.low_resources (G5.1-4): from this grade the resources count as low
	WatchDays            int     // stage.watch_days
	SoonDays             int     // stage.soon_days: amber from here (ui.md)
	AppointmentMonths    int     // appointment.clock_months
	IntervalDays         int     // appointment.interval_days
	ComplaintDays        int     // complaint.days
	ParentUntil          int     // representation.parent_until: the age from which the patient decides alone
	OwnWishFrom          int     // representation.own_wish_from: the age from which a child's wish that parents are not told counts
	PostIsReceipt        bool    // delivery.post_is_receipt (G8-1)
	ReceiptDays          int     // delivery.receipt_days (G8-1)
	Suspended2020        bool    // helfo.suspended_2020: the duties to set a deadline and notify Helfo rested 27 March - 1 October 2020
	SingleStartFrom      day.Day // law.single_start_from

	// The exception scheme: no limit was found published, each is a default of the domain rules.
	PanelDemands        string // exception.panel_demands: refuse | warn; never about the individual assessment
	ExceptionWorkdays   int    // exception.decision_workdays
	ExceptionUrgent     int    // exception.urgent_workdays
	AcknowledgeWorkdays int    // exception.acknowledge_workdays
	CommitteeWorkdays   int    // exception.committee_workdays
	CommitteeUrgent     int    // exception.committee_urgent_workdays
	CopyWorkdays        int    // exception.copy_workdays
	PublishWorkdays     int    // exception.publish_workdays
	ReconsiderWorkdays  int    // exception.reconsider_workdays
	EvaluationDays      int    // exception.evaluation_days
	StartDays           int    // exception.start_days
	GroupMonths         int    // exception.group_months
	GroupReviewMonths   int    // exception.group_review_months
	KeepKeyMonths       int    // exception.keep_key_months
	KeepReviewYears     int    // exception.keep_review_years
	EarlyWorkdays       int    // exception.early_workdays
	NoticeWorkdays      int    // exception.notice_workdays
	HearingWorkdays     int    // exception.hearing_workdays
	ReviewMonths        int    // exception.review_months (U4-6, X-701)
	GroupPrompt         int    // exception.group_prompt
}

// Default gives every setting its default.
func Default() *Settings {
	return &Settings{
		Calendar: day.Norway, UrgentWorkdays: 1, WeeksBase: "seniority", DeadlineRoll: "none",
		Guarantee65Anchor: "assessed_or_limit", Guarantee65AgeAt: "seniority", PostponementPrecedes: true,
		AgreedNotCloses: true, SelfOpensAssessment: true, SelfReimbursed: false, LowSeverity: 1, LimitedBenefit: 1, LowResources: 3,
		WatchDays: 28, SoonDays: 14, AppointmentMonths: 4, IntervalDays: 7, ComplaintDays: 28, ParentUntil: 16, OwnWishFrom: 12, PostIsReceipt: true, ReceiptDays: 3, Suspended2020: true,
		SingleStartFrom: day.On(2024, 5, 31),
		PanelDemands:    "refuse", ExceptionWorkdays: 10, ExceptionUrgent: 2, AcknowledgeWorkdays: 2, CommitteeWorkdays: 15, CommitteeUrgent: 5, CopyWorkdays: 5, PublishWorkdays: 5,
		ReconsiderWorkdays: 15, EvaluationDays: 90, StartDays: 60, GroupMonths: 12, GroupReviewMonths: 6, KeepKeyMonths: 12, KeepReviewYears: 10, EarlyWorkdays: 5, NoticeWorkdays: 5, HearingWorkdays: 20, ReviewMonths: 3, GroupPrompt: 3,
	}
}

// Setting describes one setting for the documentation and for the one who changes it.
type Setting struct {
	Key, Default, Values, Rule, Says string
	get                              func(*Settings) string
	set                              func(*Settings, string) error
}

func boolSetting(key, rule, says string, at func(*Settings) *bool) Setting {
	return Setting{Key: key, Values: "true | false", Rule: rule, Says: says,
		get: func(s *Settings) string { return strconv.FormatBool(*at(s)) },
		set: func(s *Settings, v string) (err error) { *at(s), err = strconv.ParseBool(v); return err }}
}

func intSetting(key, rule, says string, min, max int, at func(*Settings) *int) Setting {
	return Setting{Key: key, Values: fmt.Sprintf("%d–%d", min, max), Rule: rule, Says: says,
		get: func(s *Settings) string { return strconv.Itoa(*at(s)) },
		set: func(s *Settings, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < min || n > max {
				return fmt.Errorf("%q is not a whole number from %d to %d", v, min, max)
			}
			*at(s) = n
			return nil
		}}
}

func wordSetting(key, rule, says string, at func(*Settings) *string, words ...string) Setting {
	return Setting{Key: key, Values: strings.Join(words, " | "), Rule: rule, Says: says,
		get: func(s *Settings) string { return *at(s) },
		set: func(s *Settings, v string) error {
			for _, w := range words {
				if v == w {
					*at(s) = v
					return nil
				}
			}
			return fmt.Errorf("%q is none of %s", v, strings.Join(words, ", "))
		}}
}

// AllSettings lists every setting with its default, its values and the rule that leaves the point open.
func AllSettings() []Setting {
	all := []Setting{
		boolSetting("assessment.receipt_day_counts", "R-2.12", "whether the day of reception counts as day 1 of the ten working days", func(s *Settings) *bool { return &s.ReceiptDayCounts }),
		intSetting("assessment.urgent_workdays", "R-1.39", "the internal target, in working days, for assessing an urgent referral; never a legal limit", 0, 10, func(s *Settings) *int { return &s.UrgentWorkdays }),
		wordSetting("weeks.base", "R-2.28", "the day the guide's weeks are counted from", func(s *Settings) *string { return &s.WeeksBase }, "seniority", "assessed"),
		wordSetting("deadline.roll", "R-2.29", "whether a deadline computed from weeks that falls on a day off is moved back to a working day", func(s *Settings) *string { return &s.DeadlineRoll }, "none", "back_to_workday"),
		wordSetting("guarantee65.anchor", "R-2.21", "the day the 65 working days are counted from", func(s *Settings) *string { return &s.Guarantee65Anchor }, "assessed_or_limit", "assessed", "seniority"),
		wordSetting("guarantee65.age_at", "R-2.23", "the day the age under 23 is taken on", func(s *Settings) *string { return &s.Guarantee65AgeAt }, "seniority", "assessed"),
		boolSetting("deadline.allow_medical_extension", "R-4.11", "whether a deadline may be lengthened on medical grounds", func(s *Settings) *bool { return &s.MedicalExtension }),
		boolSetting("breach.postponement_must_precede_deadline", "R-6.10", "whether a postponement by the patient or on medical grounds must be recorded by the deadline to keep the breach from counting", func(s *Settings) *bool { return &s.PostponementPrecedes }),
		boolSetting("helfo.agreed_not_closes_duty", "R-7.11", "whether an agreement with the patient that Helfo is not notified closes the duty to notify", func(s *Settings) *bool { return &s.AgreedNotCloses }),
		boolSetting("helfo.suspended_2020", "R-7.15", "whether the duties to set a deadline and to notify Helfo rested from 27 March to 1 October 2020", func(s *Settings) *bool { return &s.Suspended2020 }),
		boolSetting("intake.self_opens_assessment", "R-1.7", "whether a matter the patient brings directly is assessed", func(s *Settings) *bool { return &s.SelfOpensAssessment }),
		boolSetting("intake.self_gives_reimbursement", "G3.1-23", "whether a matter the patient brings directly gives reimbursement (poliklinikkforskriften § 2 second paragraph)", func(s *Settings) *bool { return &s.SelfReimbursed }),
		boolSetting("seniority.contract_specialist_counts", "R-1.37", "whether reception at a contract specialist sets the seniority date", func(s *Settings) *bool { return &s.ContractCounts }),
		boolSetting("seniority.private_without_delegation_counts", "R-1.37", "whether reception at a private provider with no delegation sets the seniority date", func(s *Settings) *bool { return &s.PrivateWithoutCounts }),
		intSetting("priority.low_severity", "G5.1-4", "the severity grade up to which severity is low", 0, 3, func(s *Settings) *int { return &s.LowSeverity }),
		intSetting("priority.limited_benefit", "G5.1-4", "the benefit grade up to which benefit is limited", 0, 3, func(s *Settings) *int { return &s.LimitedBenefit }),
		intSetting("priority.low_resources", "G5.1-4", "the grade from which resource use is low", 0, 3, func(s *Settings) *int { return &s.LowResources }),
		intSetting("stage.watch_days", "R-7.14", "days left under which a waiting referral is watched", 1, 180, func(s *Settings) *int { return &s.WatchDays }),
		intSetting("stage.soon_days", "R-7.14", "days left under which a waiting referral without a time is shown as soon", 1, 180, func(s *Settings) *int { return &s.SoonDays }),
		intSetting("appointment.clock_months", "R-4.23", "months to the deadline up to which the time should be a date and a clock time", 1, 24, func(s *Settings) *int { return &s.AppointmentMonths }),
		intSetting("appointment.interval_days", "R-4.25", "the longest interval, both ends counted, a time should be told in", 1, 31, func(s *Settings) *int { return &s.IntervalDays }),
		intSetting("complaint.days", "R-2.31", "days a patient has to complain", 1, 365, func(s *Settings) *int { return &s.ComplaintDays }),
		intSetting("representation.parent_until", "R-5.11", "the age from which the patient decides alone, and parents see the case no more", 16, 18, func(s *Settings) *int { return &s.ParentUntil }),
		intSetting("representation.own_wish_from", "R-5.11", "the age from which a child's own wish that parents are not told counts", 12, 16, func(s *Settings) *int { return &s.OwnWishFrom }),
		boolSetting("delivery.post_is_receipt", "G8-1", "whether a person's word that a printed letter was posted counts as its delivery, until it is recorded as returned; else a confirmation is waited for", func(s *Settings) *bool { return &s.PostIsReceipt }),
		intSetting("delivery.receipt_days", "G8-1", "working days a digital way's receipt is waited for before the letter goes another way", 1, 30, func(s *Settings) *int { return &s.ReceiptDays }),
		wordSetting("exception.panel_demands", "X-510", "whether the user panels' demands on participation refuse a decision or warn of it; the individual assessment is never a setting", func(s *Settings) *string { return &s.PanelDemands }, "refuse", "warn"),
		intSetting("exception.decision_workdays", "X-316", "working days to decide an application for one patient", 1, 60, func(s *Settings) *int { return &s.ExceptionWorkdays }),
		intSetting("exception.urgent_workdays", "X-316", "the same when it is urgent", 1, 60, func(s *Settings) *int { return &s.ExceptionUrgent }),
		intSetting("exception.acknowledge_workdays", "X-316", "working days to acknowledge an application", 1, 30, func(s *Settings) *int { return &s.AcknowledgeWorkdays }),
		intSetting("exception.committee_workdays", "X-334", "working days the interregional committee has, from the day the application was sent on", 1, 60, func(s *Settings) *int { return &s.CommitteeWorkdays }),
		intSetting("exception.committee_urgent_workdays", "X-334", "the same when it is urgent", 1, 60, func(s *Settings) *int { return &s.CommitteeUrgent }),
		intSetting("exception.copy_workdays", "X-315", "working days to send the identity-free copy of a decision to the region", 1, 60, func(s *Settings) *int { return &s.CopyWorkdays }),
		intSetting("exception.publish_workdays", "X-407", "working days to publish a decision on a group exception, and to write minutes", 1, 60, func(s *Settings) *int { return &s.PublishWorkdays }),
		intSetting("exception.reconsider_workdays", "X-903", "working days a trust has to look at a complaint", 1, 60, func(s *Settings) *int { return &s.ReconsiderWorkdays }),
		intSetting("exception.evaluation_days", "X-318", "days to the first evaluation of an exception at the latest", 1, 365, func(s *Settings) *int { return &s.EvaluationDays }),
		intSetting("exception.start_days", "X-317", "days after which an exception that was granted is to be started, or the reason recorded", 1, 365, func(s *Settings) *int { return &s.StartDays }),
		intSetting("exception.group_months", "X-406", "months a group exception is valid when nothing else was decided", 1, 60, func(s *Settings) *int { return &s.GroupMonths }),
		intSetting("exception.group_review_months", "X-406", "months after which a group exception is reviewed when nothing else was decided", 1, 60, func(s *Settings) *int { return &s.GroupReviewMonths }),
		intSetting("exception.keep_key_months", "X-806", "months after a case was closed that the key to its identity-free copy is kept", 1, 120, func(s *Settings) *int { return &s.KeepKeyMonths }),
		intSetting("exception.keep_review_years", "X-806", "years after the decision that the identity-free copy is kept, before there are only sums", 1, 100, func(s *Settings) *int { return &s.KeepReviewYears }),
		intSetting("exception.early_workdays", "X-503", "working days within which users told of a matter count as there from the start", 0, 30, func(s *Settings) *int { return &s.EarlyWorkdays }),
		intSetting("exception.notice_workdays", "X-505", "working days before the meeting by which invitation and papers are in time", 0, 30, func(s *Settings) *int { return &s.NoticeWorkdays }),
		intSetting("exception.hearing_workdays", "X-511", "working days the regional user panels have to answer a hearing", 1, 120, func(s *Settings) *int { return &s.HearingWorkdays }),
		intSetting("exception.review_months", "U4-6", "months between the reviews of practice", 1, 24, func(s *Settings) *int { return &s.ReviewMonths }),
		intSetting("exception.group_prompt", "X-320", "how many applications for the same method and indication in twelve months prompt a group exception", 2, 100, func(s *Settings) *int { return &s.GroupPrompt }),
		{Key: "law.single_start_from", Values: "a date", Rule: "R-4.21", Says: "the day from which one deadline for start of care replaced separate ones for work-up and treatment; the sources do not give it, only that it held on 2024-05-31",
			get: func(s *Settings) string { return s.SingleStartFrom.String() },
			set: func(s *Settings, v string) (err error) { s.SingleStartFrom, err = day.Parse(v); return err }},
	}
	def := Default()
	for i := range all {
		all[i].Default = all[i].get(def)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Key < all[j].Key })
	return all
}

// Set changes one setting by its key. An unknown key or a value outside its range is an error that says what is allowed.
func (s *Settings) Set(key, value string) error {
	for _, d := range AllSettings() {
		if d.Key == key {
			if err := d.set(s, value); err != nil {
				return fmt.Errorf("setting %s (%s): %v; allowed: %s", key, d.Rule, err, d.Values)
			}
			return nil
		}
	}
	return fmt.Errorf("there is no setting %q; `rettid settings` lists them", key)
}

// Get reads one setting as text, "" when there is none of that name.
func (s *Settings) Get(key string) string {
	for _, d := range AllSettings() {
		if d.Key == key {
			return d.get(s)
		}
	}
	return ""
}
