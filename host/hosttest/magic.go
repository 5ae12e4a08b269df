package hosttest

import (
	"strconv"
	"strings"
	"time"
)

// slowness is how long slow@ takes.
const slowness = 3 * time.Second

// magicPlaces are the ends of magic local parts.
var magicPlaces = map[string]Place{
	"-at-mail":    MAIL,
	"-at-rcpt":    RCPT,
	"-at-data":    DATA,
	"-in-data":    Content,
	"-after-data": Verdict,
	"-after-dot":  Verdict,
}

// magic returns the fault that an address asks for, or nil.
func magic(address string) *Fault {
	local, _, _ := strings.Cut(address, "@")
	what, _, _ := strings.Cut(local, "-")
	f := magicFault(strings.ToLower(what))
	if where := local[len(what):]; f != nil && where != "" {
		f.At = magicPlaces[strings.ToLower(where)]
	}
	if f == nil || f.At == 0 {
		return nil
	}
	return f
}

// magicFault returns the fault that is called so, at the place where it strikes
// unless the address names another.
func magicFault(what string) *Fault {
	switch what {
	case "drop":
		return &Fault{Do: Close}
	case "reset":
		return &Fault{Do: Reset}
	case "hang":
		return &Fault{At: Verdict, Do: Hang}
	case "slow":
		return &Fault{At: Verdict, Delay: slowness}
	}
	code, err := strconv.Atoi(what)
	if err != nil || len(what) != 3 || code < 400 || code > 599 {
		return nil
	}
	return &Fault{At: RCPT, Reply: what + " " + what[:1] + ".0.0 refused, as this address asks"}
}
