package hosttest

import "strings"

// A loginServer is the LOGIN mechanism, which go-sasl has for clients only.
type loginServer struct {
	check func(user, password string) error
	user  []byte
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		l.user = append([]byte{}, response...)
		return []byte("Password:"), false, nil
	}
	err = l.check(string(l.user), string(response))
	return nil, err == nil, err
}

// An xoauth2Server is the XOAUTH2 mechanism of Google and Microsoft.
type xoauth2Server struct {
	check  func(user, token string) error
	failed bool
}

func (x *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case x.failed:
		return nil, false, errWrong
	case response == nil:
		return nil, false, nil
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01auth=Bearer ")
	token, whole := strings.CutSuffix(rest, "\x01\x01")
	if whole && x.check(user, token) == nil {
		return nil, true, nil
	}
	// The client answers this with nothing, and is then refused.
	x.failed = true
	return []byte(`{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}`), false, nil
}
