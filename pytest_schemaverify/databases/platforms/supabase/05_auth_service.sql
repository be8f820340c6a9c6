-- What the service auth keeps for itself. A dump of a project's data names all of it.
create type auth.oauth_registration_type as enum ('dynamic', 'manual');
create type auth.oauth_client_type as enum ('public', 'confidential');
create type auth.oauth_authorization_status as enum ('pending', 'approved', 'denied', 'expired');
create type auth.oauth_response_type as enum ('code');

create table auth.mfa_challenges (
    id uuid not null constraint mfa_challenges_pkey primary key,
    factor_id uuid not null constraint mfa_challenges_auth_factor_id_fkey
        references auth.mfa_factors (id) on delete cascade,
    created_at timestamptz not null,
    verified_at timestamptz,
    ip_address inet not null,
    otp_code text,
    web_authn_session_data jsonb
);

create table auth.sso_providers (
    id uuid not null constraint sso_providers_pkey primary key,
    resource_id text,
    created_at timestamptz,
    updated_at timestamptz,
    disabled boolean
);
create unique index sso_providers_resource_id_idx on auth.sso_providers (lower(resource_id));

create table auth.sso_domains (
    id uuid not null constraint sso_domains_pkey primary key,
    sso_provider_id uuid not null constraint sso_domains_sso_provider_id_fkey
        references auth.sso_providers (id) on delete cascade,
    domain text not null,
    created_at timestamptz,
    updated_at timestamptz
);
create unique index sso_domains_domain_idx on auth.sso_domains (lower(domain));

create table auth.saml_providers (
    id uuid not null constraint saml_providers_pkey primary key,
    sso_provider_id uuid not null constraint saml_providers_sso_provider_id_fkey
        references auth.sso_providers (id) on delete cascade,
    entity_id text not null constraint saml_providers_entity_id_key unique,
    metadata_xml text not null,
    metadata_url text,
    attribute_mapping jsonb,
    created_at timestamptz,
    updated_at timestamptz,
    name_id_format text
);

create table auth.saml_relay_states (
    id uuid not null constraint saml_relay_states_pkey primary key,
    sso_provider_id uuid not null constraint saml_relay_states_sso_provider_id_fkey
        references auth.sso_providers (id) on delete cascade,
    request_id text not null,
    for_email text,
    redirect_to text,
    created_at timestamptz,
    updated_at timestamptz,
    flow_state_id uuid constraint saml_relay_states_flow_state_id_fkey
        references auth.flow_state (id) on delete cascade
);

create table auth.oauth_clients (
    id uuid not null constraint oauth_clients_pkey primary key,
    client_secret_hash text,
    registration_type auth.oauth_registration_type not null,
    redirect_uris text not null,
    grant_types text not null,
    client_name text,
    client_uri text,
    logo_uri text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    client_type auth.oauth_client_type not null default 'confidential',
    token_endpoint_auth_method text not null default 'client_secret_basic'
);
alter table auth.sessions add constraint sessions_oauth_client_id_fkey
    foreign key (oauth_client_id) references auth.oauth_clients (id) on delete cascade;

create table auth.oauth_authorizations (
    id uuid not null constraint oauth_authorizations_pkey primary key,
    authorization_id text not null
        constraint oauth_authorizations_authorization_id_key unique,
    client_id uuid not null constraint oauth_authorizations_client_id_fkey
        references auth.oauth_clients (id) on delete cascade,
    user_id uuid constraint oauth_authorizations_user_id_fkey
        references auth.users (id) on delete cascade,
    redirect_uri text not null,
    scope text not null,
    state text,
    resource text,
    code_challenge text,
    code_challenge_method auth.code_challenge_method,
    response_type auth.oauth_response_type not null default 'code',
    status auth.oauth_authorization_status not null default 'pending',
    authorization_code text
        constraint oauth_authorizations_authorization_code_key unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '3 minutes',
    approved_at timestamptz,
    nonce text
);

create table auth.oauth_consents (
    id uuid not null constraint oauth_consents_pkey primary key,
    user_id uuid not null constraint oauth_consents_user_id_fkey
        references auth.users (id) on delete cascade,
    client_id uuid not null constraint oauth_consents_client_id_fkey
        references auth.oauth_clients (id) on delete cascade,
    scopes text not null,
    granted_at timestamptz not null default now(),
    revoked_at timestamptz,
    constraint oauth_consents_user_client_unique unique (user_id, client_id)
);

create table auth.oauth_client_states (
    id uuid not null constraint oauth_client_states_pkey primary key,
    provider_type text not null,
    code_verifier text,
    created_at timestamptz not null
);

create table auth.custom_oauth_providers (
    id uuid not null default gen_random_uuid()
        constraint custom_oauth_providers_pkey primary key,
    provider_type text not null,
    identifier text not null constraint custom_oauth_providers_identifier_key unique,
    name text not null,
    client_id text not null,
    client_secret text not null,
    acceptable_client_ids text[] not null default '{}',
    scopes text[] not null default '{}',
    pkce_enabled boolean not null default true,
    attribute_mapping jsonb not null default '{}',
    authorization_params jsonb not null default '{}',
    enabled boolean not null default true,
    email_optional boolean not null default false,
    issuer text,
    discovery_url text,
    skip_nonce_check boolean not null default false,
    cached_discovery jsonb,
    discovery_cached_at timestamptz,
    authorization_url text,
    token_url text,
    userinfo_url text,
    jwks_uri text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    custom_claims_allowlist text[] not null default '{}'
);

create table auth.webauthn_credentials (
    id uuid not null default gen_random_uuid()
        constraint webauthn_credentials_pkey primary key,
    user_id uuid not null constraint webauthn_credentials_user_id_fkey
        references auth.users (id) on delete cascade,
    credential_id bytea not null,
    public_key bytea not null,
    attestation_type text not null default '',
    aaguid uuid,
    sign_count bigint not null default 0,
    transports jsonb not null default '[]',
    backup_eligible boolean not null default false,
    backed_up boolean not null default false,
    friendly_name text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_used_at timestamptz
);
create unique index webauthn_credentials_credential_id_key
    on auth.webauthn_credentials (credential_id);

create table auth.webauthn_challenges (
    id uuid not null default gen_random_uuid()
        constraint webauthn_challenges_pkey primary key,
    user_id uuid constraint webauthn_challenges_user_id_fkey
        references auth.users (id) on delete cascade,
    challenge_type text not null,
    session_data jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
