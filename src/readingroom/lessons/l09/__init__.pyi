from .fedavg import federated as federated
from .figures import (
    betrayal as betrayal,
    cards as cards,
    dishonest as dishonest,
    gap as gap,
    handed as handed,
    sheet as sheet,
    update_and_films as update_and_films,
    ways as ways,
)
from .films import (
    betrayed as betrayed,
    flipped as flipped,
    flower_run as flower_run,
    gains as gains,
    handed_gain as handed_gain,
    handed_on as handed_on,
    hospitals as hospitals,
    missing as missing,
    missing_gain as missing_gain,
    quiz as quiz,
    trade as trade,
)
