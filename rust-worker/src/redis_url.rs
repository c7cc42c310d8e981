//! The one reader of `REDIS_URL` and `REDIS_CA_FILE`; `gateway/src/redis-address.ts` is its twin, and both are held
//! against `gateway/test/redis-urls.json`.

use std::{fs, str::FromStr};

use bullmq::options::{RedisConnectionOptions, TlsCerts};
use percent_encoding::percent_decode_str;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use url::{Host, Url};

const DEFAULT_PORT: u16 = 6379;
const BAD_URL: &str = "must be a URL such as redis://127.0.0.1:6390 or rediss://name:password@host:6379/1";
const BAD_ENCODING: &str = "user and password must be percent-encoded";

/// `redis[s]://[[user]:password@]host[:port][/database]`; IPv6 in brackets, user and password percent-encoded.
#[derive(Clone)]
pub struct RedisUrl {
    url: Url,
    database: u32,
}

impl FromStr for RedisUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| BAD_URL)?;
        let scheme = url.scheme();
        if !matches!(scheme, "redis" | "rediss") || !text[scheme.len()..].starts_with("://") {
            return Err(BAD_URL);
        }
        match url.host() {
            Some(Host::Domain(name)) if !is_name(name) => return Err("the host must be a name or an address"),
            Some(_) => {}
            None => return Err(BAD_URL),
        }
        let path = url.path().strip_prefix('/').unwrap_or(url.path());
        if path.len() > 5 || !path.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("the path must be the number of a database, such as /1");
        }
        let database = path.parse().unwrap_or(0);
        if url.query().is_some_and(|query| !query.is_empty()) || url.fragment().is_some_and(|part| !part.is_empty()) {
            return Err("settings after ? or # are not known");
        }
        if url.port() == Some(0) {
            return Err("the port must not be 0");
        }
        let password = url.password().unwrap_or_default();
        if !is_encoded(url.username()) || !is_encoded(password) {
            return Err(BAD_ENCODING);
        }
        if !url.username().is_empty() && password.is_empty() {
            return Err("a user needs a password");
        }
        Ok(Self { url, database })
    }
}

/// Names and IPv4 addresses, as far as every resolver writes them the same way.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 253
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_encoded(part: &str) -> bool {
    let whole = part
        .split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|digit| digit.is_ascii_hexdigit()));
    whole && percent_decode_str(part).decode_utf8().is_ok()
}

impl RedisUrl {
    /// Whether the connection is encrypted.
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "rediss"
    }

    /// For people and logs: no user, no password.
    pub fn name(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port().unwrap_or(DEFAULT_PORT);
        format!("{}://{host}:{port}/{}", self.url.scheme(), self.database)
    }

    /// As the library takes it.
    fn text(&self) -> String {
        self.url.as_str().trim_end_matches(['?', '#']).to_owned()
    }
}

/// Not what is secret in it.
impl std::fmt::Debug for RedisUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name())
    }
}

/// The certificates (PEM) that the one of a `rediss://` server is checked against.
#[derive(Clone, Debug)]
pub struct CaFile(Vec<u8>);

impl FromStr for CaFile {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let pem = fs::read(path).map_err(|error| format!("is no file of certificates: {error}"))?;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let added = certificate
                .map_err(|error| error.to_string())
                .and_then(|der| roots.add(der).map_err(|error| error.to_string()));
            added.map_err(|error| format!("is no file of certificates: {error}"))?;
        }
        if roots.is_empty() {
            return Err("is no file of certificates: it holds none".to_owned());
        }
        Ok(Self(pem))
    }
}

/// Both settings together. Fails for a CA that nothing would be checked against.
pub fn connection_options(url: &RedisUrl, ca: Option<&CaFile>) -> Result<RedisConnectionOptions, String> {
    let options = RedisConnectionOptions::new().url(url.text());
    match ca {
        None => Ok(options),
        Some(_) if !url.is_tls() => {
            Err("REDIS_CA_FILE: only a URL with rediss:// is checked against certificates".to_owned())
        }
        Some(CaFile(pem)) => Ok(options.tls_certs(TlsCerts { root_cert: Some(pem.clone()), ..TlsCerts::default() })),
    }
}
