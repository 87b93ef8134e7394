module rettid/bench

go 1.26.8

replace rettid => ../

require (
	github.com/rickar/cal/v2 v2.1.13
	rettid v0.0.0
)
