package storetest_test

import "github.com/go-mailhost/mailhost/queue"

var unkeptFaults = []fault{
	{"sent mail is not kept where a finish says so", faultyStore{finish: change(func(f *queue.Finish) { f.Unkept.Sent = false })}},
	{"sent mail is not kept where a finish says so", faultyStore{finish: change(func(f *queue.Finish) { f.Unkept.Failed = true })}},
	{"failed mail is not kept where a finish says so", faultyStore{finish: change(func(f *queue.Finish) { f.Unkept.Failed = false })}},
	{"failed mail is not kept where a finish says so", faultyStore{finish: change(func(f *queue.Finish) {
		f.Unkept.Failed = f.Unkept.Failed && f.Failed == ""
	})}},
	{"the data of sent mail is not kept where a finish says so", faultyStore{finish: change(func(f *queue.Finish) { f.Unkept.Data = false })}},
	{"the data of sent mail is not kept where a finish says so", faultyStore{record: func(r *queue.Record) { r.Size = len(r.Mail.Data) }}},
	{"the data of sent mail is not kept where a finish says so", faultyStore{record: func(r *queue.Record) {
		if r.State != queue.Outgoing {
			r.Mail.Data = nil
		}
	}}},
}
