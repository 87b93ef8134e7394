package web

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
