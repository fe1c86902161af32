"""The keys and certificates of merchants and platform: a pool of RSA pairs that ships with the package.

Every private key in here is public knowledge. They sign play money and protect nothing.
"""

from sandbox.platform.keys.credentials import CertifiedPair, MerchantCredentials
from sandbox.platform.keys.files import CredentialFiles, write
from sandbox.platform.keys.pool import KeyPair, KeyPool

__all__ = ["CertifiedPair", "CredentialFiles", "KeyPair", "KeyPool", "MerchantCredentials", "write"]
