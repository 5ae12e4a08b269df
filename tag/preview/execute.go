package preview

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-mailhost/mailhost/tag"
)

// execute executes a sample and hands its mails to use. Executions that wait end
// with ctx.
func (h *handler) execute(ctx context.Context, s sample, use func([]tag.Composed) error) error {
	if s.err != nil {
		return s.err
	}
	select {
	case h.executing <- struct{}{}:
		defer func() { <-h.executing }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	data, err := h.data(ctx, s)
	if err != nil {
		return err
	}
	mails, err := h.set.Compose(ctx, s.Template, data, s.Options...)
	if err != nil {
		return err
	}
	return use(mails)
}

// data returns the dot of the sample's template.
func (h *handler) data(ctx context.Context, s sample) (any, error) {
	switch {
	case s.file != "":
		return h.read(s)
	case s.Load != nil:
		data, err := s.Load(ctx)
		if err != nil {
			return nil, fmt.Errorf("Sample.Load: %w", err)
		}
		return data, nil
	}
	return s.Data, nil
}

var errNoSample = errors.New("there is no such sample")

// find returns the sample that the address names, and all of its template.
func (h *handler) find(at address) (found sample, siblings []sample, err error) {
	all, listErr := h.samples()
	err = errors.Join(errNoSample, listErr)
	for _, s := range all {
		if s.Template != at.Template {
			continue
		}
		siblings = append(siblings, s)
		if s.key() == at.key() && err != nil {
			found, err = s, nil
		}
	}
	return found, siblings, err
}
