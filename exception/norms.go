package exception

import "rettid/law"

// Carries lists the norms of the exception scheme that commands, events and states carry themselves, beside the rules of package law.
var Carries = []law.Carrier{
	{By: []string{"exception.Propose", "exception.PanelSays", "exception.Matter.UsersJoined", "exception.Matter.PanelsMissing"}, Norms: []string{"U1-2", "U1-4"}},
	{By: []string{"exception.ReportParticipation"}, Norms: []string{"U1-3", "X-513"}},
	{By: []string{"exception.DecideException", "exception.SetMeeting", "exception.Schedule"}, Norms: []string{"U2-2"}},
	{By: []string{"exception.OpenHearing", "exception.AnswerHearing"}, Norms: []string{"U2-5"}},
	{By: []string{"exception.Apply"}, Norms: []string{"U3-3", "X-106", "X-310", "X-1206", "X-1213"}},
	{By: []string{"exception.NoUse"}, Norms: []string{"X-606"}},
	{By: []string{"exception.LoadIn"}, Norms: []string{"X-1105"}},
	{By: []string{"exception.CountPractice", "exception.ReviewPractice"}, Norms: []string{"U4-2", "U4-3", "X-704"}},
	{By: []string{"exception.Event"}, Norms: []string{"X-502"}},
	{By: []string{"exception.RegisterMethod", "exception.OpenDoor", "exception.Method"}, Norms: []string{"X-105", "X-201", "X-210", "X-211", "X-1208"}},
	{By: []string{"exception.Propose", "exception.TakeStep", "exception.Publish", "exception.ReviewGroup"}, Norms: []string{"X-401", "X-402", "X-403", "X-404", "X-407", "X-408", "X-409"}},
	{By: []string{"exception.Hold", "exception.Schedule"}, Norms: []string{"X-102", "X-103"}},
	{By: []string{"exception.Declare"}, Norms: []string{"X-512"}},
	{By: []string{"exception.GiveInput", "exception.AnswerInput"}, Norms: []string{"X-504", "X-905"}},
	{By: []string{"exception.PaperParts"}, Norms: []string{"X-1002", "X-1009", "X-1010", "X-1011", "X-1013", "X-1015"}},
	{By: []string{"exception.WriteMinutes", "exception.ApproveMinutes"}, Norms: []string{"X-1017"}},
	{By: []string{"exception.Copy", "exception.CopyOf"}, Norms: []string{"X-315", "X-801", "X-803", "X-805", "X-807", "X-1004"}},
	{By: []string{"exception.Matter.Stripped"}, Norms: []string{"X-335", "X-804"}},
	{By: []string{"exception.Forward"}, Norms: []string{"X-104", "X-331", "X-332", "X-1007"}},
	{By: []string{"exception.Complain", "exception.DecideComplaint"}, Norms: []string{"X-110", "X-901", "X-903"}},
	{By: []string{"exception.Request", "exception.Inform"}, Norms: []string{"X-605", "X-1016"}},
	{By: []string{"exception.LetterDelivered", "exception.LetterNotDelivered"}, Norms: []string{"G8-1", "X-603"}},
	{By: []string{"exception.Evaluate", "exception.PlanEvaluation", "exception.NoteNational", "exception.Start"}, Norms: []string{"X-317", "X-318", "X-319"}},
	{By: []string{"exception.Form"}, Norms: []string{"X-312", "X-705"}},
	{By: []string{"exception.GiveReasons", "exception.DecideException"}, Norms: []string{"X-314", "X-1003", "X-1008", "X-1201"}},
}
