-- The two roles of an installation: the owner, who migrates, and the one as which the processes serve. Run once by an
-- administrator of the server, connected to the database of Jiekou:
--
--   psql -v ON_ERROR_STOP=1 -v database=jiekou -v owner_password=… -v serving_password=… -d jiekou -f roles.sql
--
-- What the serving role may do is granted by `jiekou-api migrate --serving-role jiekou_serving`, run as the owner with each
-- release. A database that one role has owned until now is handed over before: `reassign owned by jiekou to jiekou_owner`.

create role jiekou_owner login password :'owner_password';
create role jiekou_serving login password :'serving_password';

-- Nobody else connects, and nobody makes tables, temporary ones included, but the owner.
revoke all on database :"database" from public;
grant connect, temporary on database :"database" to jiekou_owner;
grant connect on database :"database" to jiekou_serving;
revoke all on schema public from public;
grant usage, create on schema public to jiekou_owner;
grant usage on schema public to jiekou_serving;
