package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// The verbs of intake, booking and letters: what each asks. The law decides; a form only asks.

func waiting(x *referral.Referral) bool { return x.Status == law.Waiting && x.Right == law.Granted }

// open tells that something may still be done, and that the right is decided or not to be.
func openAndDecided(_ *view, x *referral.Referral) bool {
	return x.Open() && x.Right != law.Pending && x.Right != law.NotGranted
}

func anyOpen(_ *view, x *referral.Referral) bool { return x.Open() }

// helfoMayAnswer tells that Helfo may have something to say: it was told of the breach, or the patient may have called it, as a patient may when a breach was not
// notified.
func helfoMayAnswer(v *view, x *referral.Referral) bool {
	return waiting(x) && (!x.HelfoOn.IsZero() || law.Breach(&x.Facts, v.Today, v.s.desk.Settings).Value != law.NoBreach)
}

// actOrder is the order of the case page's list.
var actOrder = []string{"classify", "book", "postpone", "wish_earlier", "start", "offer", "accept", "decline", "notify_helfo", "helfo_placed", "helfo_returned", "tell_helfo", "inform", "letter_delivered", "letter_not_delivered", "give_opinion", "check_content", "request_information", "receive_information", "check_place", "forward",
	"ask_opinion", "refuse_out_of_region", "change_deadline", "worsen", "complain", "decide_complaint", "county_answer", "ask", "reply", "next_of_kin", "pathway_event", "new_condition", "second_opinion", "close", "correct"}

var acts = func() map[string]*act {
	out := make(map[string]*act)
	for _, a := range []act{
		{verb: "forward", icon: "right", offered: func(_ *view, x *referral.Referral) bool { return x.Open() && x.Status != law.Started }, fields: forwardFields,
			make: func(f *form) referral.Command {
				c := based[referral.Forward](f)
				c.To, c.Specialty, c.Reason = f.need("sted"), f.value("fag"), f.text("begrunnelse")
				c.Site = f.siteOf(c.To)
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Forward)
				return url.Values{"sted": {x.To}, "liste": {x.Site}, "fag": {x.Specialty}}
			}},
		{verb: "request_information", icon: "paper", offered: func(_ *view, x *referral.Referral) bool { return x.Open() && x.Right == law.Pending },
			fields: func(f *form) []field {
				return []field{f.fromWhom("web.act.ask_whom"), {Name: "begrunnelse", Label: f.v.T("web.act.ask_what"), Kind: "text", Value: f.wanting(), Need: true, Help: f.v.T("web.act.clock_runs")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.RequestInformation](f)
				c.From, c.Text = f.need("fra"), f.text("begrunnelse")
				f.need("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"fra": {c.(*referral.RequestInformation).From}}
			}},
		{verb: "receive_information", icon: "paper", offered: func(_ *view, x *referral.Referral) bool {
			return x.Open() && !x.InfoAskedOn.IsZero() && x.InfoGotOn.IsZero()
		},
			fields: func(f *form) []field {
				return []field{f.fromWhom("web.act.got_from"), {Name: "begrunnelse", Label: f.v.T("web.act.got_what"), Kind: "text"}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.ReceiveInformation](f)
				c.From, c.Text = f.need("fra"), f.text("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"fra": {c.(*referral.ReceiveInformation).From}}
			}},
		{verb: "classify", icon: "swap", role: law.Specialist, confirm: true,
			offered: func(v *view, x *referral.Referral) bool {
				// What is undecided, a task that may be care after all (G6-4), and what came as a referral and may be a task.
				return x.Open() && x.Status != law.Started && (x.Right == law.Pending || x.Right == law.NotAssessed && x.Concerns != "")
			},
			fields: func(f *form) []field {
				v := f.v
				fs := []field{{Name: "gjelder", Label: v.T("web.act.concerns"), Kind: "select", Options: v.concerns(true), Value: string(f.x.Concerns)},
					{Name: "helsehjelp", Label: v.T("web.act.is_care"), Kind: "choice", Options: v.yesNo(), Need: true},
					f.why(true)}
				return fs
			},
			make: func(f *form) referral.Command {
				c := based[referral.Classify](f)
				c.Concerns, c.IsCare, c.Reason = law.Concern(f.value("gjelder")), answer(f.need("helsehjelp")), f.text("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Classify)
				return url.Values{"gjelder": {string(x.Concerns)}, "helsehjelp": {typedAnswer(x.IsCare)}}
			}},
		{verb: "refuse_out_of_region", icon: "ban",
			offered: func(v *view, x *referral.Referral) bool {
				p, ok := v.s.desk.Org.Provider(x.Holder)
				home, known := v.s.desk.Org.RegionOf(x.Municipality, v.Today)
				return x.Open() && x.Right == law.Pending && ok && known && home != p.Region
			},
			fields: func(f *form) []field { return []field{f.why(true)} },
			make: func(f *form) referral.Command {
				c := based[referral.RefuseOutOfRegion](f)
				c.Reason = f.text("begrunnelse")
				return c
			}, values: noValues},
		{verb: "book", icon: "cal", confirm: true, offered: openAndDecided, fields: bookFields, make: makeBook,
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Book)
				a := bookedTime(x)
				out := url.Values{"slag": {"time"}, "dag": {words.FieldDate(a.From)}, "hva": {string(x.What)}, "form": {x.Form}, "sted": {x.At}}
				if x.At == "" && x.Site != "" {
					out.Set("sted", ownSite+x.Site)
				}
				if a.From != a.To {
					out.Set("slag", "periode")
					out.Set("fra", words.FieldDate(a.From))
					out.Set("til", words.FieldDate(a.To))
					out.Del("dag")
				} else if a.HasClock() {
					out.Set("klokke", typedMinute(a.Minute-1))
				}
				if x.Provisional {
					out.Set("mer", "forelopig")
				}
				return out
			}},
		{verb: "postpone", icon: "cal", confirm: true,
			offered: func(_ *view, x *referral.Referral) bool {
				return x.Open() && (!x.Appointment.IsZero() || !x.Next.IsZero())
			},
			fields: postponeFields,
			make: func(f *form) referral.Command {
				c := based[referral.Postpone](f)
				c.By, c.To, c.Minute, c.Reason = law.PostponedBy(f.need("av")), f.day("dag"), f.clock("klokke")+1, f.text("begrunnelse")
				c.Code, _ = strconv.Atoi(f.value("kode"))
				c.NoDay = f.typed.Get("mer") == "uten"
				if c.NoDay {
					c.To, c.Minute = day.Day{}, 0
				} else {
					f.need("dag")
				}
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Postpone)
				out := url.Values{"av": {string(x.By)}, "dag": {words.FieldDate(x.To)}}
				if x.Code != 0 {
					out.Set("kode", strconv.Itoa(x.Code))
				}
				if x.Minute > 0 {
					out.Set("klokke", typedMinute(x.Minute-1))
				}
				if x.NoDay {
					out.Set("mer", "uten")
				}
				return out
			}},
		{verb: "wish_earlier", icon: "swap", offered: func(_ *view, x *referral.Referral) bool { return waiting(x) }, fields: wishFields,
			make: func(f *form) referral.Command {
				c := based[referral.WishEarlier](f)
				c.No, c.Notice = f.need("onske") == "nei", 0
				if s := f.value("varsel"); s != "" && !c.No {
					n, err := strconv.Atoi(s)
					if err != nil || n < 0 {
						f.wrong("varsel", "web.act.bad_notice")
					}
					c.Notice = n
				}
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.WishEarlier)
				if x.No {
					return url.Values{"onske": {"nei"}}
				}
				return url.Values{"onske": {"ja"}, "varsel": {strconv.Itoa(x.Notice)}}
			}},
		{verb: "offer", icon: "right", confirm: true, offered: func(_ *view, x *referral.Referral) bool { return waiting(x) },
			fields: func(f *form) []field {
				v := f.v
				return []field{{Name: "sted", Label: v.T("web.act.offer_at"), Kind: "select", Options: v.places(), Value: f.x.Holder, Need: true},
					{Name: "dag", Label: v.T("web.act.offer_day"), Kind: "day", Need: true, Help: v.deadlineHelp(f.x)},
					{Name: "klokke", Label: v.T("web.act.clock"), Kind: "clock"},
					{Name: "tilbyder", Label: v.T("web.act.offer_by"), Kind: "choice", Value: "oss", Options: []option{{"oss", v.T("web.act.offer_us"), false}, {"helfo", v.T("role.helfo"), false}}}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.MakeOffer](f)
				c.At, c.Start, c.Minute = f.need("sted"), f.needDay("dag"), f.clock("klokke")+1
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.MakeOffer)
				out := url.Values{"sted": {x.At}, "dag": {words.FieldDate(x.Start)}}
				if x.Minute > 0 {
					out.Set("klokke", typedMinute(x.Minute-1))
				}
				return out
			}},
		{verb: "accept", icon: "check", confirm: true, offered: hasOffer, fields: func(f *form) []field { return []field{f.offer()} },
			make: func(f *form) referral.Command {
				c := based[referral.Accept](f)
				c.At, c.Start = f.answered()
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Accept)
				return url.Values{"tilbud": {x.At + " " + x.Start.String()}}
			}},
		{verb: "decline", icon: "cross", confirm: true, offered: hasOffer,
			fields: func(f *form) []field {
				return []field{f.offer(), {Name: "vent", Label: f.v.T("web.act.wait_for"), Kind: "select", Options: append([]option{{"", f.v.T("web.act.wait_for_none"), false}}, f.v.places()[1:]...), Help: f.v.T("web.act.wait_for_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Decline](f)
				c.At, c.Start = f.answered()
				c.WaitFor = f.value("vent")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Decline)
				return url.Values{"tilbud": {x.At + " " + x.Start.String()}, "vent": {x.WaitFor}}
			}},
		{verb: "worsen", icon: "risk", role: law.Specialist, confirm: true, offered: func(_ *view, x *referral.Referral) bool { return waiting(x) || x.Status == law.Started },
			fields: func(f *form) []field {
				return []field{{Name: "trengs", Label: f.v.T("web.act.needed_by"), Kind: "day", Need: true, Help: f.v.deadlineHelp(f.x)}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Worsen](f)
				c.NeededBy = f.needDay("trengs")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"trengs": {words.FieldDate(c.(*referral.Worsen).NeededBy)}}
			}},
		{verb: "change_deadline", icon: "edit", role: law.Specialist, confirm: true, offered: func(_ *view, x *referral.Referral) bool { return waiting(x) && !x.StartBy.IsZero() },
			fields: func(f *form) []field {
				return []field{{Name: "dag", Label: f.v.T("web.act.new_deadline"), Kind: "day", Need: true, Help: f.v.deadlineHelp(f.x)},
					{Name: "grunnlag", Label: f.v.T("web.act.grounds"), Kind: "ticks", Options: f.v.grounds(), Help: f.v.T("web.act.grounds_help")}, f.why(true)}
			},
			make: func(f *form) referral.Command {
				c := based[referral.ChangeDeadline](f)
				c.Deadline, c.Basis, c.Reason = f.needDay("dag"), f.typed["grunnlag"], f.text("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.ChangeDeadline)
				return url.Values{"dag": {words.FieldDate(x.Deadline)}, "grunnlag": x.Basis}
			}},
		{verb: "start", icon: "check", confirm: true, offered: openAndDecided,
			fields: func(f *form) []field {
				v := f.v
				what := string(law.Investigation)
				if f.x.Clarified == law.Yes {
					what = string(law.Treatment)
				}
				return []field{{Name: "hva", Label: v.T("web.act.what_happened"), Kind: "select", Options: v.contacts(false), Value: what, Need: true, Help: v.T("web.act.start_help")},
					{Name: "begynt", Label: v.T("web.act.care_began"), Kind: "choice", Options: v.yesNo(), Help: v.T("web.act.care_began_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Start](f)
				c.What, c.Began = law.Contact(f.need("hva")), answer(f.value("begynt"))
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Start)
				return url.Values{"hva": {string(x.What)}, "begynt": {typedAnswer(x.Began)}}
			}},
		{verb: "notify_helfo", icon: "phone", offered: func(_ *view, x *referral.Referral) bool { return waiting(x) && !x.StartBy.IsZero() },
			fields: func(f *form) []field {
				v := f.v
				start := day.Day{}
				if a := f.x.Appointment; a.To.After(f.x.StartBy) {
					start = a.To
				}
				return []field{{Name: "varsel", Label: v.T("web.act.helfo_how"), Kind: "choice", Value: "portal", Options: []option{{"portal", v.T("web.act.helfo_portal"), false}, {"other", v.T("web.act.helfo_other"), false}, {"avtalt", v.T("web.act.helfo_agreed"), false}}, Need: true},
					{Name: "ventet", Label: v.T("field.expected_start"), Kind: "day", Value: words.FieldDate(start), Help: v.T("web.act.helfo_expected_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.NotifyHelfo](f)
				c.Channel, c.ExpectedStart, c.AgreedNot = f.need("varsel"), f.day("ventet"), false
				if c.Channel == "avtalt" {
					c.Channel, c.ExpectedStart, c.AgreedNot = "", day.Day{}, true
				}
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.NotifyHelfo)
				how := x.Channel
				if x.AgreedNot {
					how = "avtalt"
				} else if how == "" {
					how = "portal"
				}
				return url.Values{"varsel": {how}, "ventet": {words.FieldDate(x.ExpectedStart)}}
			}},
		{verb: "helfo_placed", icon: "phone", confirm: true, offered: helfoMayAnswer,
			fields: func(f *form) []field {
				return []field{{Name: "sted", Label: f.v.T("web.act.placed_at"), Kind: "select", Options: f.v.places(), Need: true, Help: f.v.T("web.act.placed_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.HelfoPlaced](f)
				c.At = f.need("sted")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"sted": {c.(*referral.HelfoPlaced).At}}
			}},
		{verb: "helfo_returned", icon: "phone", offered: helfoMayAnswer,
			fields: func(f *form) []field {
				return []field{{Name: "svar", Label: f.v.T("web.act.helfo_back"), Kind: "choice", Options: f.v.helfoReasons(), Need: true, Help: f.v.T("web.act.helfo_back_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.HelfoReturned](f)
				c.Why = law.HelfoReason(f.need("svar"))
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"svar": {string(c.(*referral.HelfoReturned).Why)}}
			}},
		{verb: "tell_helfo", icon: "phone", offered: func(_ *view, x *referral.Referral) bool {
			return waiting(x) && (!x.HelfoOn.IsZero() || !x.HelfoAwaits.IsZero())
		},
			fields: func(f *form) []field {
				return []field{{Name: "dag", Label: f.v.T("web.act.told_day"), Kind: "day", Value: words.FieldDate(f.x.Appointment.From), Need: true, Help: f.v.T("web.act.told_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.TellHelfo](f)
				c.Start = f.needDay("dag")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"dag": {words.FieldDate(c.(*referral.TellHelfo).Start)}}
			}},
		{verb: "inform", icon: "mail", offered: func(_ *view, x *referral.Referral) bool { return x.Seq > 0 }, fields: informFields, make: makeInform,
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Inform)
				out := url.Values{"brev": {string(x.Letter)}, "mottaker": {}}
				if x.Patient {
					out.Add("mottaker", "pasient")
				}
				if x.Referrer {
					out.Add("mottaker", "henviser")
				}
				return out
			}},
		{verb: "letter_delivered", icon: "check", offered: func(_ *view, x *referral.Referral) bool { return len(openDeliveries(x)) > 0 }, fields: deliveredFields, make: makeDelivered, values: deliveredValues},
		{verb: "letter_not_delivered", icon: "cross", offered: func(_ *view, x *referral.Referral) bool { return len(x.Deliveries) > 0 }, fields: notDeliveredFields, make: makeNotDelivered, values: notDeliveredValues},
		{verb: "complain", icon: "chat", offered: func(_ *view, x *referral.Referral) bool { return !x.AssessedOn.IsZero() }, fields: complaintFields,
			make: func(f *form) referral.Command {
				c := based[referral.Complain](f)
				c.About, c.By = f.need("gjelder"), law.Role(f.value("av"))
				if f.value("begrunnelse") != "" {
					c.Text = f.text("begrunnelse")
				}
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Complain)
				return url.Values{"gjelder": {x.About}, "av": {string(x.By)}}
			}},
		{verb: "ask", icon: "chat", offered: anyOpen,
			fields: func(f *form) []field {
				v := f.v
				about := field{Name: "gjelder", Label: v.T("web.act.asked_about"), Kind: "choice", Need: true}
				for _, a := range law.Asks {
					about.Options = append(about.Options, option{a, v.T("ask." + a), false})
				}
				return []field{about, {Name: "sted", Label: v.T("web.act.asked_where"), Kind: "select", Options: append([]option{{"", v.T("web.act.asked_any"), false}}, v.places()...), For: "gjelder-other_place"},
					{Name: "begrunnelse", Label: v.T("web.act.asked_text"), Kind: "text", Need: true}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Ask](f)
				c.About, c.Where, c.Text = f.need("gjelder"), "", f.text("begrunnelse")
				if c.About == law.AskOtherPlace {
					c.Where = f.value("sted")
				}
				f.need("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.Ask)
				return url.Values{"gjelder": {x.About}, "sted": {x.Where}}
			}},
		{verb: "reply", icon: "chat", offered: func(_ *view, x *referral.Referral) bool { return len(x.Asked) > 0 },
			fields: func(f *form) []field {
				return []field{{Name: "begrunnelse", Label: f.v.T("web.act.reply_text"), Kind: "text", Need: true, Help: f.v.T("web.act.reply_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Reply](f)
				f.need("begrunnelse")
				c.Text = f.text("begrunnelse")
				return c
			},
			values: noValues},
		{verb: "decide_complaint", icon: "chat", confirm: true, offered: func(_ *view, x *referral.Referral) bool { return x.Complaints > 0 }, fields: decideComplaintFields, make: makeDecideComplaint,
			values: func(v *view, c referral.Command) url.Values {
				x := c.(*referral.DecideComplaint)
				return url.Values{"utfall": {x.Outcome}, "papirer": x.Papers}
			}},
		{verb: "next_of_kin", icon: "person", offered: anyOpen, fields: kinFields, make: makeKin, values: kinValues},
		{verb: "pathway_event", icon: "ring", confirm: true, offered: anyOpen, fields: pathwayFields, make: makePathway, values: pathwayValues},
		{verb: "new_condition", icon: "plus", offered: func(_ *view, x *referral.Referral) bool { return !x.StartedOn.IsZero() || x.Kind == law.Emergency },
			fields: func(f *form) []field {
				v := f.v
				return []field{{Name: "sted", Label: v.T("web.act.assessed_at"), Kind: "select", Options: v.places(), Value: f.x.Holder, Need: true},
					{Name: "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: v.specialties(v.T("web.act.choose")), Need: true},
					{Name: "haster", Label: v.T("web.act.marks"), Kind: "ticks", Options: []option{{"haster", v.T("flag.urgent"), false}, {"alvorlig", v.T("flag.serious_suspected"), false}}},
					{Name: "begrunnelse", Label: v.T("web.act.new_condition_text"), Kind: "text", Need: true}}
			},
			make: func(f *form) referral.Command {
				c := &referral.Receive{Place: f.need("sted"), Specialty: f.need("fag"), Kind: law.Internal, NewCondition: true, NewConditionOf: f.c.ID, Patient: f.x.Patient, Born: f.x.Born, Municipality: f.x.Municipality,
					From: referral.From{Role: "doctor", Provider: f.x.Holder}, Urgent: slices.Contains(f.typed["haster"], "haster"), SeriousSuspected: slices.Contains(f.typed["haster"], "alvorlig"), Text: f.text("begrunnelse")}
				f.need("begrunnelse")
				return c
			}},
		{verb: "close", icon: "cross", confirm: true, offered: anyOpen,
			fields: func(f *form) []field {
				v := f.v
				reasons := []string{"2", "4", law.Died, law.Duplicate}
				if f.x.Right != law.Pending {
					reasons = append(reasons, "3", "5", "7", "9")
				}
				if f.x.Right == law.NotAssessed {
					reasons = append(reasons, law.Handled)
				}
				if f.x.Status == law.Started {
					reasons = append([]string{law.Completed}, reasons...)
				}
				opts := []option{{"", v.T("web.act.choose"), false}}
				for _, r := range reasons {
					opts = append(opts, option{r, v.closeReason(r), false})
				}
				return []field{{Name: "grunn", Label: v.T("web.act.close_reason"), Kind: "select", Options: opts, Need: true, Help: v.T("web.act.close_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.Close](f)
				c.Reason = f.need("grunn")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"grunn": {c.(*referral.Close).Reason}}
			}},
		{verb: "correct", icon: "edit", confirm: true, offered: func(_ *view, x *referral.Referral) bool { return x.Seq > 0 }},
	} {
		out[a.verb] = &a
	}
	for _, a := range besideActs() {
		out[a.verb] = &a
	}
	return out
}()

func noValues(*view, referral.Command) url.Values { return nil }

// based begins a command from the one that is corrected, so that what the form does not ask stays; free texts are read anew.
func based[T any](f *form) *T {
	c := new(T)
	if was, ok := any(f.base).(*T); ok {
		*c = *was
	}
	return c
}

func answer(s string) law.Answer {
	switch s {
	case "ja":
		return law.Yes
	case "nei":
		return law.No
	}
	return law.Unanswered
}

func typedAnswer(a law.Answer) string {
	switch a {
	case law.Yes:
		return "ja"
	case law.No:
		return "nei"
	}
	return ""
}

func typedMinute(m int16) string { return fmt.Sprintf("%02d.%02d", m/60, m%60) }

func (v *view) yesNo() []option {
	return []option{{"ja", v.T("web.act.yes"), false}, {"nei", v.T("web.act.no"), false}}
}

// why asks for the reason.
func (f *form) why(need bool) field {
	return field{Name: "begrunnelse", Label: f.v.T("field.reason"), Kind: "text", Need: need}
}

func (f *form) fromWhom(label string) field {
	return field{Name: "fra", Label: f.v.T(label), Kind: "choice", Value: "referrer", Need: true, Options: []option{{"referrer", f.v.T("role.referrer"), false}, {"patient", f.v.T("role.patient"), false}}}
}

// places are the providers one can choose, after an empty choice.
func (v *view) places() []option {
	var out []option
	for _, p := range v.s.desk.Org.Providers() {
		out = append(out, option{p.ID, p.ShortName, false})
	}
	slices.SortFunc(out, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return append([]option{{"", v.T("web.act.choose"), false}}, out...)
}

func (v *view) specialties(none string) []option {
	var out []option
	for _, s := range clinic.Specialties() {
		out = append(out, option{s.Key, v.specialty(s.Key), false})
	}
	slices.SortFunc(out, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return append([]option{{"", none, false}}, out...)
}

func (v *view) concerns(mixed bool) []option {
	out := []option{{"", v.T("web.act.concerns_care"), false}}
	for _, c := range law.Concerns {
		if c != law.Mixed || mixed {
			out = append(out, option{string(c), v.T("concerns." + string(c)), false})
		}
	}
	return out
}

func (v *view) contacts(none bool) []option {
	var out []option
	if none {
		out = append(out, option{"", v.T("web.act.contact_any"), false})
	}
	for _, c := range law.Contacts {
		out = append(out, option{string(c), v.T("start." + string(c)), false})
	}
	return out
}

// grounds are the grounds that may count in a deadline.
func (v *view) grounds() []option {
	var out []option
	for _, g := range law.BasisCodes() {
		if g.Allowed {
			out = append(out, option{g.Code, v.T("basis." + g.Code), false})
		}
	}
	return out
}

func (v *view) closeReason(r string) string {
	if key := "close." + r; words.Has(words.NB, key) {
		return v.T(key)
	}
	return v.T("end_code." + r)
}

// deadlineHelp reminds of the deadline beside a date that is to be before it.
func (v *view) deadlineHelp(x *referral.Referral) string {
	if x.StartBy.IsZero() {
		return ""
	}
	return v.T("web.act.deadline_is", words.Date(v.Lang, x.StartBy))
}

func forwardFields(f *form) []field {
	v := f.v
	return slices.Concat([]field{{Name: "sted", Label: v.T("web.act.forward_to"), Kind: "select", Options: v.places(), Need: true, Help: v.T("web.act.forward_help")}},
		v.siteField(func(string) bool { return true }), []field{
			{Name: "fag", Label: v.T("web.act.forward_field"), Kind: "select", Options: v.specialties(v.T("web.act.same_field", lowerFirst(v.specialty(f.x.Specialty))))},
			f.why(false)})
}

func bookFields(f *form) []field {
	v, x := f.v, f.x
	help := ""
	if x.Status != law.Started { // the deadline is for the start
		help = v.deadlineHelp(x)
	}
	if s := v.s.desk.Settings; !x.StartBy.IsZero() && !x.AssessedOn.IsZero() && x.Status != law.Started {
		if limit := x.AssessedOn.AddMonths(s.AppointmentMonths); !x.StartBy.After(limit) {
			help += " " + v.T("web.act.four_months", s.AppointmentMonths)
		} else {
			help += " " + v.T("web.act.over_four_months", s.AppointmentMonths, s.IntervalDays)
		}
	}
	return append(f.soundField(), []field{
		{Name: "slag", Label: v.T("web.act.time_or_week"), Kind: "choice", Value: "time", Options: []option{{"time", v.T("web.act.time"), false}, {"periode", v.T("web.act.interval"), false}}, Help: help},
		{Name: "dag", Label: v.T("web.act.day"), Kind: "day", For: "slag-time"}, {Name: "klokke", Label: v.T("web.act.clock"), Kind: "clock", For: "slag-time"},
		{Name: "fra", Label: v.T("web.act.from"), Kind: "day", For: "slag-periode"}, {Name: "til", Label: v.T("web.act.to"), Kind: "day", For: "slag-periode"},
		{Name: "hva", Label: v.T("web.act.what"), Kind: "select", Options: v.contacts(true)},
		{Name: "form", Label: v.T("web.act.form"), Kind: "choice", Options: []option{{"in_person", v.T("web.act.in_person"), false}, {"video", v.T("web.act.video"), false}, {"phone", v.T("web.act.by_phone"), false}}, Value: "in_person"},
		f.careField(),
		{Name: "mer", Label: v.T("web.provisional"), Kind: "ticks", Options: []option{{"forelopig", v.T("web.act.provisional"), false}}},
	}...)
}

func makeBook(f *form) referral.Command {
	c := based[referral.Book](f)
	c.Start, c.From, c.To, c.SoundBy = day.Moment{}, day.Day{}, day.Day{}, f.soundBy()
	if f.value("slag") == "periode" {
		c.From, c.To = f.needDay("fra"), f.needDay("til")
	} else {
		c.Start = day.Moment{Day: f.needDay("dag"), Minute: f.clock("klokke")}
	}
	c.What, c.Form, c.Provisional = law.Contact(f.value("hva")), f.value("form"), f.value("mer") == "forelopig"
	c.At, c.Site = f.careAt()
	return c
}

// ownSite marks a site of the one who has the referral among the places of a booking: "@FJO-F". The others are providers.
const ownSite = "@"

// careField asks where the care is given: at which of the holder's sites when there are several, or at another provider.
func (f *form) careField() field {
	v, x := f.v, f.x
	where := field{Name: "sted", Label: v.T("web.act.where"), Kind: "select"}
	p, _ := v.s.desk.Org.Provider(x.Holder)
	if _, known := p.Site(x.Site); len(p.Sites) < 2 || !known {
		where.Options = append(where.Options, option{"", v.provider(x.Holder), false})
	}
	if len(p.Sites) > 1 {
		for _, s := range p.Sites {
			where.Options = append(where.Options, option{ownSite + s.ID, v.place(x.Holder, s.ID), false})
			if s.ID == x.Site {
				where.Value = ownSite + s.ID
			}
		}
	}
	where.Options = append(where.Options, slices.DeleteFunc(v.places()[1:], func(o option) bool { return o.Value == x.Holder })...)
	return where
}

// careAt reads where the care is given. The site the referral stands at is not said again.
func (f *form) careAt() (provider, site string) {
	at := f.value("sted")
	site, own := strings.CutPrefix(at, ownSite)
	if !own {
		return at, ""
	}
	if p, _ := f.v.s.desk.Org.Provider(f.x.Holder); !slices.ContainsFunc(p.Sites, func(s clinic.Site) bool { return s.ID == site }) {
		f.wrong("sted", "web.intake.wrong_site")
	}
	if site == f.x.Site {
		return "", ""
	}
	return "", site
}

// careAt is where the care of an appointment is given: at another provider, at another of the holder's sites, or where the referral stands.
func careAt(f *law.Facts, a law.Appointment) (provider, site string) {
	switch {
	case a.At != "" && a.At != f.Holder:
		return a.At, a.Site
	case a.Site != "":
		return f.Holder, a.Site
	}
	return f.Holder, f.Site
}

func postponeFields(f *form) []field {
	v := f.v
	codes := []option{{"", v.T("web.act.usual_code"), false}}
	for _, k := range []string{"22", "21", "5", "6", "3", "1", "4"} {
		codes = append(codes, option{k, k + " " + v.T("postponement_code."+k), false})
	}
	return []field{
		{Name: "av", Label: v.T("web.act.postponed_by"), Kind: "choice", Need: true, Options: []option{{string(law.ByPatient), v.T("role.patient"), false}, {string(law.ByProvider), v.T("web.act.by_us"), false}, {string(law.ByMedical), v.T("web.act.by_medical"), false}}, Help: v.T("web.act.postpone_help")},
		{Name: "dag", Label: v.T("web.act.new_day"), Kind: "day", Help: v.deadlineHelp(f.x)},
		{Name: "klokke", Label: v.T("web.act.clock"), Kind: "clock"},
		{Name: "mer", Label: v.T("web.act.no_new_day"), Kind: "ticks", Options: []option{{"uten", v.T("web.act.no_new_day_text"), false}}},
		{Name: "kode", Label: v.T("web.act.code"), Kind: "select", Options: codes},
		f.why(false),
	}
}

// wishFields asks whether the patient wants a time that becomes free, and how long ahead they must hear of it.
func wishFields(f *form) []field {
	v := f.v
	wish := "ja"
	if !f.x.Earlier.Since.IsZero() {
		wish = "nei"
	}
	return []field{{Name: "onske", Label: v.T("web.act.wish"), Kind: "choice", Value: wish, Options: v.yesNo(), Need: true, Help: v.T("web.act.wish_help")},
		{Name: "varsel", Label: v.T("web.act.notice"), Kind: "line", Value: strconv.Itoa(f.x.Earlier.Notice), Help: v.T("web.act.notice_help"), For: "onske-ja"}}
}

func hasOffer(_ *view, x *referral.Referral) bool {
	return waiting(x) && slices.ContainsFunc(x.Offers, func(o law.Offer) bool { return o.Answer == law.Unanswered })
}

// offer asks which open offer is answered.
func (f *form) offer() field {
	x := field{Name: "tilbud", Label: f.v.T("web.act.which_offer"), Kind: "select", Need: true, Help: f.v.deadlineHelp(f.x)}
	for _, o := range slices.Backward(f.x.Offers) {
		if o.Answer == law.Unanswered || f.base != nil {
			value := o.At + " " + o.Start.String()
			if x.Value == "" {
				x.Value = value
			}
			x.Options = append(x.Options, option{value, f.v.offerName(o), false})
		}
	}
	if len(x.Options) == 0 {
		x.Options = []option{{"", f.v.T("web.act.no_offer"), false}}
	}
	return x
}

// offerName names an offer: where and when.
func (v *view) offerName(o law.Offer) string {
	a := law.Appointment{From: o.Start, To: o.Start, Minute: o.Minute}
	return v.provider(o.At) + ", " + v.whenLong(a)
}

func (f *form) answered() (string, day.Day) {
	at, start, _ := strings.Cut(f.need("tilbud"), " ")
	d, _ := day.Parse(start)
	return at, d
}

// letterKinds are the letters that can be recorded as the case stands: the answer the decision asks for, and those that are always possible.
func (f *form) letterKinds() []law.Letter {
	x := f.x
	var out []law.Letter
	switch x.Right {
	case law.Granted:
		out = []law.Letter{law.LetterGranted, law.LetterChanged, law.LetterOffer, law.LetterDeclined, law.LetterPostponed, law.LetterBreach}
		if !x.Answer.Patient && !x.Answer.Referrer && (x.Changed.Patient || x.Changed.Referrer) {
			out[0], out[1] = out[1], out[0]
		}
	case law.NotGranted:
		out = []law.Letter{law.LetterNotGranted}
	case law.NotAssessed:
		out = []law.Letter{law.LetterNotAssessed}
	}
	out = append(out, law.LetterInformation, law.LetterForwarded)
	if x.SecondOpinion {
		out = append(out, law.LetterSecondOpinion)
	}
	if x.Parent != 0 {
		out = append(out, law.LetterNewCondition)
	}
	return append(out, law.LetterComplaintReceived, law.LetterComplaintSentOn, law.LetterComplaintUpheld)
}

// feedbackOnly stands for advice to the referrer that is no letter of an outcome.
const feedbackOnly = "feedback"

// letterParts is what a letter must hold as the case stands.
func (f *form) letterParts(kind law.Letter) []law.Part {
	if kind == feedbackOnly {
		return nil
	}
	return law.LetterParts(kind, &f.x.Facts)
}

func informFields(f *form) []field {
	v := f.v
	var kinds []option
	for _, k := range f.letterKinds() {
		kinds = append(kinds, option{string(k), v.T("letter." + string(k)), false})
	}
	kind := law.Letter(kinds[0].Value)
	if f.typed != nil && f.value("brev") != "" {
		kind = law.Letter(f.value("brev"))
	}
	kinds = append(kinds, option{feedbackOnly, v.T("web.act.feedback_only"), false})
	name := ""
	for _, k := range kinds {
		if k.Value == string(kind) {
			name = k.Text
		}
	}
	parts := field{Name: "deler", Label: v.T("web.act.letter_parts", name), Kind: "ticks", Help: v.T("web.act.letter_parts_help")}
	for _, p := range f.letterParts(kind) {
		parts.Options = append(parts.Options, option{string(p), v.T("part." + string(p)), false})
		parts.Value += " " + string(p)
	}
	if f.typed != nil && f.value("vist") != string(kind) { // another letter was chosen: all it must say is ticked anew
		f.typed["deler"] = strings.Fields(parts.Value)
	}
	to := "pasient henviser"
	return []field{
		{Name: "brev", Label: v.T("web.column.letter"), Kind: "select", Options: kinds, Value: string(kind), Need: true},
		{Name: "vist", Kind: "hidden", Value: string(kind)},
		parts,
		{Name: "mottaker", Label: v.T("web.act.to_whom"), Kind: "ticks", Value: to, Options: []option{{"pasient", v.T("web.to_patient"), false}, {"henviser", v.T("web.to_referrer"), false}}, Need: true, Help: v.T("web.act.sent_help")},
		{Name: "begrunnelse", Label: v.T("field.professional_feedback"), Kind: "text", Help: v.T("web.act.feedback_help")},
	}
}

func makeInform(f *form) referral.Command {
	c := based[referral.Inform](f)
	c.Letter = law.Letter(f.need("brev"))
	c.Patient, c.Referrer = slices.Contains(f.typed["mottaker"], "pasient"), slices.Contains(f.typed["mottaker"], "henviser")
	c.Feedback, c.Without = f.text("begrunnelse"), nil
	if c.Letter == feedbackOnly {
		c.Letter, c.Patient, c.Referrer = "", false, false
		f.need("begrunnelse")
		return c
	}
	if f.value("vist") == string(c.Letter) {
		for _, p := range f.letterParts(c.Letter) {
			if !slices.Contains(f.typed["deler"], string(p)) {
				c.Without = append(c.Without, p)
			}
		}
	}
	return c
}
