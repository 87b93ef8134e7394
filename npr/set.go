package npr

// A set holds hashes: sixteen bytes for each at most, so that millions of periods can be told apart. Two texts that share a hash of 64 bits are one in 10⁵ for
// ten million periods, and are then reported as the same.
type set struct {
	slots []uint64 // 0 is empty
	n     int
}

func newSet() *set { return &set{slots: make([]uint64, 1024)} }

// add puts a hash into the set, and tells whether it is new.
func (s *set) add(h uint64) bool {
	if h == 0 {
		h = 1
	}
	if s.n*4 >= len(s.slots)*3 {
		old := s.slots
		s.slots, s.n = make([]uint64, 2*len(old)), 0
		for _, x := range old {
			if x != 0 {
				s.add(x)
			}
		}
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case 0:
			s.slots[i] = h
			s.n++
			return true
		case h:
			return false
		}
	}
}
