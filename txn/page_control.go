package txn

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"
)

// What a ResponseWriter may do beside writing, and http.ResponseController asks for.
// There is no Unwrap: what is written past the page would leave before its mail is
// committed.

// Flush sends what is held back. See FlushError.
func (p *page) Flush() { _ = p.FlushError() }

// FlushError settles the transaction and sends what is held back.
func (p *page) FlushError() error {
	if err := p.release(); err != nil {
		return err
	}
	return http.NewResponseController(p.w).Flush()
}

// ReadFrom holds back what fits, and lets the server copy the rest, by sendfile where
// it can.
func (p *page) ReadFrom(src io.Reader) (n int64, err error) {
	if _, err := p.fits(0); err != nil {
		return 0, err
	}
	if !p.released {
		if n, err = p.holdFrom(src); err != nil || !p.released {
			return n, err
		}
	}
	rest, err := io.Copy(p.w, src)
	return n + rest, err
}

// holdFrom reads until src ends or, having released the page, no more fits.
func (p *page) holdFrom(src io.Reader) (n int64, err error) {
	room := int64(p.cfg.MaxBuffer - p.held())
	if n, err = p.body.ReadFrom(io.LimitReader(src, room)); err != nil || n < room {
		return n, err
	}
	var next [1]byte // is there one?
	if _, err := io.ReadFull(src, next[:]); err == io.EOF {
		return n, nil
	} else if err != nil {
		return n, err
	}
	one, err := p.Write(next[:])
	return n + int64(one), err
}

// Hijack settles the transaction, sends what is held back where the page was begun, and
// hands the connection over.
func (p *page) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if p.released && p.err != nil {
		return nil, nil, p.err
	}
	if !canHijack(p.w) { // nothing is settled in vain
		return nil, nil, http.ErrNotSupported
	}
	if err := p.letGo(); err != nil {
		return nil, nil, err
	}
	conn, buffered, err := http.NewResponseController(p.w).Hijack()
	if err == nil {
		p.err = http.ErrHijacked
	}
	return conn, buffered, err
}

// letGo is release, but nothing leaves of a page that was not begun.
func (p *page) letGo() error {
	if p.released || p.status != 0 {
		if err := p.release(); err != nil {
			return err
		}
		// The server forgets what it has not sent yet. Where it cannot, so be it.
		_ = http.NewResponseController(p.w).Flush()
		return nil
	}
	p.status = http.StatusSwitchingProtocols
	p.err = errPanicked
	if p.err = p.settle(); p.err != nil {
		return p.release()
	}
	p.released = true
	return nil
}

func canHijack(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case http.Hijacker:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}

func (p *page) SetReadDeadline(t time.Time) error {
	return http.NewResponseController(p.w).SetReadDeadline(t)
}

func (p *page) SetWriteDeadline(t time.Time) error {
	return http.NewResponseController(p.w).SetWriteDeadline(t)
}

func (p *page) EnableFullDuplex() error {
	return http.NewResponseController(p.w).EnableFullDuplex()
}
