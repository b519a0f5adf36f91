-- A code is right together with the secret of the request it was sent for, which is told to whoever asked and kept nowhere.
comment on column sign_in_code.code_hash is 'keyed hash of the six digits, code_id and the secret of the request';
comment on column staff_session.end_reason is 'such as signedOut, tokenReused, or tooManySessions: its account began more than it may have';
