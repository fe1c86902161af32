"""The payers: look at them, make more, change what they have and what befalls them."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.domain.user import User
from sandbox.phone import people

Fen = Annotated[int, msgspec.Meta(ge=0)]
Password = Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$")]


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """A payer. `openids` by appid, `balance` in fen, `password` the cashier's.

    `subscribed`: they follow the official account. The other flags are what the platform or they themselves refuse.
    """

    id: str
    nickname: str
    phone: str
    unionid: str
    openids: dict[str, str]
    balance: int
    cards: list[str]
    password: str
    subscribed: bool
    blocked: bool
    limited: bool
    refuses_messages: bool


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    """The one who holds the phone when nobody is named comes first."""

    users: list[UserView]


class CreateUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything may be left out: `id` is made up, the purse is full. `balance` is fen."""

    id: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_-]{0,32}$")] = ""
    nickname: str = ""
    phone: str = ""
    balance: Fen = 100_000 * 100
    cards: tuple[str, ...] = ()
    password: Password = "123456"
    subscribed: bool = False


class ChangeUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes; the rest stays. `id` may be a nickname or an openid as well."""

    id: str
    nickname: str | msgspec.UnsetType = msgspec.UNSET
    phone: str | msgspec.UnsetType = msgspec.UNSET
    balance: Fen | msgspec.UnsetType = msgspec.UNSET
    cards: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    password: Password | msgspec.UnsetType = msgspec.UNSET
    subscribed: bool | msgspec.UnsetType = msgspec.UNSET
    blocked: bool | msgspec.UnsetType = msgspec.UNSET
    limited: bool | msgspec.UnsetType = msgspec.UNSET
    refuses_messages: bool | msgspec.UnsetType = msgspec.UNSET


def user_view(user: User) -> UserView:
    """A payer as they stand."""
    return UserView(
        id=user.id,
        nickname=user.nickname,
        phone=user.phone,
        unionid=user.unionid,
        openids=user.openids,
        balance=user.balance,
        cards=list(user.cards),
        password=user.password,
        subscribed=user.subscribed,
        blocked=user.blocked,
        limited=user.limited,
        refuses_messages=user.refuses_messages,
    )


@verb("user.list", "GET /users", NoArguments, UserList, summary="The payers", summary_zh="付款用户")
async def list_users(desk: Desk, args: NoArguments) -> UserList:
    """All of them, the default one first."""
    with desk.tenant.transaction() as tx:
        return UserList(users=[user_view(user) for user in people.everybody(tx)])


@verb("user.create", "POST /users", CreateUser, UserView, summary="Make a payer", summary_zh="新建付款用户")
async def create(desk: Desk, args: CreateUser) -> UserView:
    """A payer with an openid under every app."""
    tenant = desk.tenant
    with tenant.transaction() as tx:
        if args.id and tx.user(args.id) is not None:
            raise VerbError(
                f"there is a payer {args.id!r} already: leave id out, or PATCH that one", status=409, code="taken"
            )
        user = people.newcomer(tenant, tx, args.id)
        known = {name: value for name, value in msgspec.structs.asdict(args).items() if name != "id"}
        user = msgspec.structs.replace(user, **known)
        tx.put_user(user)
        return user_view(people.with_openids(tenant, tx, user))


@verb(
    "user.change",
    "PATCH /users/{id}",
    ChangeUser,
    UserView,
    summary="Change a payer: purse, cards, phone, password, following, risk control, account limits, messages refused",
    summary_zh="修改付款用户：余额、银行卡、手机号、支付密码、关注、风控、账号限制、拒收消息",
)
async def change(desk: Desk, args: ChangeUser) -> UserView:
    """In force at once."""
    given = msgspec.structs.asdict(args).items()
    changes = {name: value for name, value in given if name != "id" and value is not msgspec.UNSET}
    try:
        with desk.tenant.transaction() as tx:
            user = msgspec.structs.replace(people.find(tx, args.id), **changes)
            tx.put_user(user)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    return user_view(user)
