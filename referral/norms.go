package referral

import "rettid/law"

// Carries lists the norms on process and content that commands, events and states carry themselves, beside the rules of package law.
var Carries = []law.Carrier{
	{By: []string{"referral.Event"}, Norms: []string{"G1.1-1", "G2-25"}},
	{By: []string{"referral.Assess", "referral.Referral.Explain"}, Norms: []string{"G1.1-2", "G1.1-5", "G4.3.1-6", "G2-7"}},
	{By: []string{"referral.Given"}, Norms: []string{"G2-33"}},
	{By: []string{"referral.Receive"}, Norms: []string{"G3.1-24"}},
	{By: []string{"referral.Receive", "referral.ReceiveInformation"}, Norms: []string{"G4.1-6"}},
	{By: []string{"referral.Referral.Urgency", "referral.Referral.Flags"}, Norms: []string{"G4.1-4", "G4.1-5", "G6.1-3"}},
	{By: []string{"referral.Forward", "referral.Hop"}, Norms: []string{"G3.3.1-4", "G4.1-2"}},
	{By: []string{"referral.MakeOffer", "referral.Accept", "referral.Decline"}, Norms: []string{"G9.2-10", "G9.2-14", "G9.2-15", "G10.2-7"}},
	{By: []string{"referral.Postpone", "referral.Decline"}, Norms: []string{"G9.2-3", "G9.2-4"}},
	{By: []string{"referral.HelfoPlaced"}, Norms: []string{"G9.2-13"}},
	{By: []string{"referral.PathwayEvent", "referral.Milestone"}, Norms: []string{"G10.2-1", "G10.2-2", "G10.2-3"}},
	{By: []string{"referral.Referral.Explain"}, Norms: []string{"G5.3-1", "G10.2-8"}},
	{By: []string{"referral.Book"}, Norms: []string{"G5.3-12"}},
	{By: []string{"referral.Inform"}, Norms: []string{"G3.1-22", "G8.1-10"}},
	{By: []string{"referral.LetterDelivered", "referral.LetterNotDelivered"}, Norms: []string{"G8-1"}},
	{By: []string{"referral.ConsiderKin"}, Norms: []string{"G7-1", "G7-2", "G7-3", "G7-4", "G7-7", "G7-10", "G7-11", "G7-12"}},
	{By: []string{"referral.Assess", "referral.Factor"}, Norms: []string{"G2-6", "G2-24", "G2-28", "G4.5-1"}},
	{By: []string{"referral.CheckPlace"}, Norms: []string{"G3.3.1-2"}},
	{By: []string{"referral.ChangeDeadline"}, Norms: []string{"G9.1-2"}},
	{By: []string{"referral.Receive"}, Norms: []string{"G7-6"}},
	{By: []string{"referral.CheckContent"}, Norms: []string{"G3.1-14", "G4.1-14"}},
	{By: []string{"referral.AskOpinion", "referral.GiveOpinion"}, Norms: []string{"G2-18"}},
}
